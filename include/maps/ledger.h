/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger: who had packets dropped, or would have had, how many for which
 * reason, since when, and with whom. Written on drops alone, so that no drop is
 * too many to be known.
 *
 * The subject is the source; of what a C&C address sends in through an upstream
 * NIC, the destination. subject.h says how it is found.
 *
 * It is exact while all fit, whatever CPUs do at once. When one is forgotten for
 * another, in that moment drops of either may be counted to neither or to the other.
 * Of 8,000 subjects of a side that is expected to happen to none, of 16,000 to one in
 * seven such ledgers, of 32,000 to twenty, of 65,000 to a thousand and more.
 */
#ifndef SPAMWEIR_MAPS_LEDGER_H
#define SPAMWEIR_MAPS_LEDGER_H

#include "maps/subject.h"
#include "reasons.h"

#define SW_LEDGER_BITS 14 /* buckets of a side; room for 114,688 subjects */
#define SW_LEDGER_BUCKETS (SW_SIDES << SW_LEDGER_BITS)
#define SW_LEDGER_ROOM ((SW_LEDGER_BUCKETS / SW_SIDES) * SW_ROW_WAYS) /* of a side */

/* The reasons that drop, by place: what passes has none. */
#define SW_LEDGER_FIRST SW_CNC_SRC
#define SW_LEDGER_REASONS 12

struct sw_ledger_entry {
	/* One cache line, all that most drops write. */
	__u32 last; /* on the slow clock */
	/* The latest one whose like was not the one before it: see sw_ledger_about(). */
	__u32 about;
	struct sw_subject peer;
	__u32 count[SW_LEDGER_REASONS];
	/* By reason 48 bits: whoever sees the lower 32 come round adds to the others. */
	__u16 carry[SW_LEDGER_REASONS];
	struct sw_subject subject;
	__u32 first; /* on the slow clock */
	__u32 pad[3];
};

struct sw_ledger_bucket {
	struct sw_row row;
	__u64 pad[8];
	struct sw_ledger_entry entry[SW_ROW_WAYS];
};

struct sw_ledger {
	struct sw_ledger_bucket bucket[SW_LEDGER_BUCKETS];
	struct sw_ledger_entry end; /* of way 7, which there is not: the verifier sees three bits */
};

/* What `about` holds beside the number of changes, by which a reader sees that the
 * peer was changed meanwhile. Whoever changes it sets SW_LEDGER_BUSY first, and who
 * finds that set leaves the other's in place. */
#define SW_LEDGER_BUSY (1U << 31)
#define SW_LEDGER_CHANGE (1U << 16)
#define SW_LEDGER_ABOUT 0xffff

/* `sent_in`: by the peer, to the subject. */
static inline __u32 sw_ledger_about(enum sw_reason reason, __u8 feed, int sent_in, int monitored)
{
	return feed | (__u32)reason << 8 | (sent_in ? 1U << 14 : 0) | (monitored ? 1U << 15 : 0);
}

static inline enum sw_reason sw_ledger_reason(__u32 about)
{
	return about >> 8 & (SW_MAX_REASONS - 1);
}

static inline __u8 sw_ledger_feed(__u32 about)
{
	return about;
}

static inline int sw_ledger_sent_in(__u32 about)
{
	return about >> 14 & 1;
}

static inline int sw_ledger_monitored(__u32 about)
{
	return about >> 15 & 1;
}

/* Drops by reason; 0 for one that passes. */
static inline __u64 sw_ledger_drops(const struct sw_ledger_entry *entry, enum sw_reason reason)
{
	__u32 at = reason - SW_LEDGER_FIRST;

	if (at >= SW_LEDGER_REASONS)
		return 0;
	return (__u64)entry->carry[at] << 32 | entry->count[at];
}

_Static_assert(sizeof(struct sw_ledger_entry) == 128, "layout is pinned");
_Static_assert(sizeof(struct sw_ledger_bucket) == 1024, "layout is pinned");
_Static_assert(__builtin_offsetof(struct sw_ledger_entry, count[10]) == 64,
	       "the counts of most reasons are in the first line");
_Static_assert(SW_REASON_COUNT - SW_LEDGER_FIRST <= SW_LEDGER_REASONS,
	       "each reason that drops has a place");
_Static_assert(SW_MAX_REASONS <= 64, "a reason has six bits in `about`");

#endif
