/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whom something is kept of, for a long time and by address: what the ledger and
 * the conduct table have in common.
 *
 * Each has two tables, a side each, so that a flood of made-up addresses from the
 * Internet pushes out nothing that is known of subscribers. A table is buckets of
 * SW_SUBJECT_WAYS entries, found by a keyed hash. An entry is known by its tag: of
 * an IPv4 address, a permutation of it, so that no two have one; of an IPv6 prefix,
 * 60 bits of its hash. Of two tables with one number of buckets both are searched
 * alike.
 *
 * A search begins at a way that hangs on the hash too, and goes round: most find
 * their entry with the first look. An entry is never taken out, only replaced, so a
 * free one ends the search.
 */
#ifndef SPAMWEIR_MAPS_SUBJECT_H
#define SPAMWEIR_MAPS_SUBJECT_H

#include "maps/limiter.h"
#include "words.h"

enum sw_side {
	SW_SIDE_SUBSCRIBER, /* sources behind access NICs, and whom C&C addresses write to */
	SW_SIDE_REMOTE,	    /* sources behind upstream NICs */
	SW_SIDES,
};

#define SW_SUBJECT_WAYS 8

/* An address: IPv4 as ::ffff:a.b.c.d; IPv6 cut to the prefix that sources are
 * limited by. Host byte order. */
struct sw_subject {
	__u64 tag; /* 0: free */
	__u64 hi;
	__u64 lo;
};

#define SW_SUBJECT_VALID (1ULL << 63)
#define SW_SUBJECT_REMOTE (1ULL << 62)
#define SW_SUBJECT_IPV6 (1ULL << 61)
#define SW_SUBJECT_HASH ((1ULL << 61) - 1)
#define SW_SUBJECT_IPV4_PREFIX (0xffffULL << 32)

static inline __u64 sw_subject_tag(const struct sw_seed *seed, __u64 hi, __u64 lo, int ipv6,
				   enum sw_side side)
{
	__u64 remote = side == SW_SIDE_REMOTE ? SW_SUBJECT_REMOTE : 0;

	if (ipv6)
		return SW_SUBJECT_VALID | SW_SUBJECT_IPV6 | remote |
		       (sw_hash128(seed, hi, lo) & SW_SUBJECT_HASH);
	return SW_SUBJECT_VALID | remote | sw_permute32(seed, lo);
}

static inline enum sw_side sw_subject_side(__u64 tag)
{
	return tag & SW_SUBJECT_REMOTE ? SW_SIDE_REMOTE : SW_SIDE_SUBSCRIBER;
}

/* The first entry to look at, of both sides' tables in a row with 1 << `bits`
 * buckets each. */
static inline __u32 sw_subject_home(__u64 tag, int bits)
{
	__u32 bucket = (__u32)tag >> (32 - bits);

	return (sw_subject_side(tag) << bits | bucket) * SW_SUBJECT_WAYS +
	       (tag & (SW_SUBJECT_WAYS - 1));
}

/* The entry to look at after `n` others. */
static inline __u32 sw_subject_next(__u32 home, __u32 n)
{
	return (home & ~(SW_SUBJECT_WAYS - 1)) | ((home + n) & (SW_SUBJECT_WAYS - 1));
}

/* Whether what stands in the entry belongs together: CPUs fill it while others read. */
static inline int sw_subject_is_whole(const struct sw_seed *seed, const struct sw_subject *subject)
{
	__u64 tag = subject->tag;

	return tag && tag == sw_subject_tag(seed, subject->hi, subject->lo,
					    (tag & SW_SUBJECT_IPV6) != 0, sw_subject_side(tag));
}

#endif
