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
 * With 8,000 subjects on a side nobody is expected to be forgotten, with 16,000 one in
 * every seventh ledger, with 32,000 twenty, with 65,000 a thousand and more.
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

/* What is written of each drop, and what is read of few. A program writes it without
 * reading anything there, so that no packet waits for it. */
struct sw_ledger_entry {
	__u32 last;  /* on the slow clock */
	__u32 about; /* the latest one: see sw_ledger_about() */
	struct sw_subject peer;
	struct sw_subject subject;
	/* In the second of each a program writes what it may not write in the first. */
	__u32 first[2];	 /* on the slow clock */
	__u32 spared[2]; /* of the drops, those that monitor mode let pass; ~0: as many or more */
	/* Drops for other reasons than the main one, of 48 bits each: whoever sees the lower
	 * 32 come round adds to the upper. The row's mark says that there may be any. */
	__u32 count[SW_LEDGER_REASONS];
	__u16 carry[SW_LEDGER_REASONS];
};

struct sw_ledger_bucket {
	/* A pair of lines, which processors load as one: all that a drop has to wait for. */
	struct sw_row row;
	/* By way: drops for the reason that came first, see sw_ledger_main(). The last stands
	 * for way 7, which there is not: the verifier sees three bits. */
	__u64 main[SW_ROW_WAYS + 1];
	struct sw_ledger_entry entry[SW_ROW_WAYS];
};

struct sw_ledger {
	struct sw_ledger_bucket bucket[SW_LEDGER_BUCKETS];
	struct sw_ledger_entry end; /* of way 7 */
	/* By its size the map is known from one whose `main` stands in the entries. */
	__u64 pad[8];
};

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

/* `main` holds a reason's place, one up, whether somebody is telling of a drop, and how many
 * there were; 0: nobody had one yet. Whoever tells, of whom it was and why, sets
 * SW_LEDGER_BUSY first, with the drop that he counts: so a reader sees that what he has read
 * was changed meanwhile. Who finds it set leaves what the other tells in place. */
#define SW_LEDGER_PLACE 255
#define SW_LEDGER_BUSY 256ULL
#define SW_LEDGER_DROP (1ULL << 16)

/* SW_LEDGER_BUSY is a byte of its own: this one on x86, where it is written by itself. */
#define SW_LEDGER_BUSY_BYTE 1

static inline __u64 sw_ledger_main(__u32 at, __u64 drops)
{
	return drops * SW_LEDGER_DROP | (at + 1);
}

static inline int sw_ledger_is_main(__u64 word, __u32 at)
{
	return (word & SW_LEDGER_PLACE) == at + 1;
}

/* Drops by reason; 0 for one that passes. `main`: of the entry's way. */
static inline __u64 sw_ledger_drops(const struct sw_ledger_entry *entry, __u64 main,
				    enum sw_reason reason)
{
	__u32 at = reason - SW_LEDGER_FIRST;
	__u64 drops;

	if (at >= SW_LEDGER_REASONS)
		return 0;
	drops = (__u64)entry->carry[at] << 32 | entry->count[at];
	return sw_ledger_is_main(main, at) ? drops + main / SW_LEDGER_DROP : drops;
}

static inline int sw_ledger_first_was(__u64 main, enum sw_reason reason)
{
	return sw_ledger_is_main(main, reason - SW_LEDGER_FIRST);
}

/* Packets to C&C that the subject sent on its own account. What monitor mode lets in from
 * there is answered by any server, and tells nothing against it: where both were seen,
 * whoever was seen first began. What is dropped on its way in is not answered. */
static inline __u64 sw_ledger_calls(const struct sw_ledger_entry *entry, __u64 main)
{
	__u64 calls = sw_ledger_drops(entry, main, SW_CNC_DST);
	int answers = sw_ledger_monitored(entry->about) ||
		      sw_ledger_reason(entry->about) != SW_CNC_DST;

	if (answers && sw_ledger_drops(entry, main, SW_CNC_SRC) &&
	    !sw_ledger_first_was(main, SW_CNC_DST))
		return 0;
	return calls;
}

_Static_assert(sizeof(struct sw_ledger_entry) == 128, "layout is pinned");
_Static_assert(sizeof(struct sw_ledger_bucket) == 1024, "layout is pinned");
_Static_assert(__builtin_offsetof(struct sw_ledger_entry, count[2]) == 64,
	       "what stands before the counts of other reasons is in the first line");
_Static_assert(__builtin_offsetof(struct sw_ledger_bucket, entry) == 128,
	       "a row and what it counts are a pair of lines");
_Static_assert(SW_LEDGER_REASONS < SW_LEDGER_PLACE, "a place fits in `main`");
_Static_assert(1U << SW_ROW_WAYS <= SW_ROW_MISSED, "each way has a mark");
_Static_assert(SW_REASON_COUNT - SW_LEDGER_FIRST <= SW_LEDGER_REASONS,
	       "each reason that drops has a place");
_Static_assert(SW_MAX_REASONS <= 64, "a reason has six bits in `about`");

#endif
