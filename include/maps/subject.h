/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Subjects: those of whom something is kept for a long time, by address. This is what
 * the ledger and the conduct table have in common.
 *
 * Each has a table for either side, so that a flood of made-up addresses from the
 * Internet pushes out nothing that is known of subscribers. A table is buckets,
 * found by a keyed hash. A bucket begins with a row, one cache line, which says who
 * is in it and when he was last dealt with. That line alone tells whether somebody is
 * known and who has to go; all else that is kept of him lies at one place behind it.
 *
 * The tag of an IPv4 address is a permutation of it, so that no two have one; that
 * of an IPv6 prefix 38 bits of its hash, beside those that chose the bucket.
 *
 * CPUs claim a way by a compare-and-swap on its word, free ones from the last to the
 * first: two that look for a place for one subject meet at the same. In a full row
 * the one that was dealt with longest ago goes. Both are counted: see maps/tally.h.
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

#define SW_ROW_WAYS 7

/* A word is tag << SW_SEEN_BITS | when, on the slow clock; 0: free. */
struct sw_row {
	__u64 word[SW_ROW_WAYS];
	/* Written by programs that kept no tally (maps/tally.h): how many were evicted. */
	__u32 evicted;
	/* A bit for each way, which means what the table likes; above them, written by the same
	 * programs, how often a subject was not noted because others took its place again and
	 * again. */
	__u32 marks;
};

#define SW_ROW_MISSED (1U << 8) /* one, in `marks` */

static inline __u32 sw_row_missed(const struct sw_row *row)
{
	return row->marks / SW_ROW_MISSED;
}

/* A slow clock, for what is kept long: a quarter of a second where HZ is 250. */
#define SW_SLOW_JIFFIES 64
#define SW_SLOW_OFFLINE_SHIFT 28 /* in replay: 2^28 ns */

#define SW_SEEN_BITS 24
#define SW_SEEN_MASK ((1U << SW_SEEN_BITS) - 1)

/* An address: IPv4 as ::ffff:a.b.c.d; IPv6 cut to the prefix that sources are
 * limited by. Host byte order. */
struct sw_subject {
	__u64 hi;
	__u64 lo;
};

struct sw_spot {
	__u32 bucket; /* of both sides' tables in a row */
	__u64 tag;
};

#define SW_SUBJECT_VALID (1ULL << 39)
#define SW_SUBJECT_IPV6 (1ULL << 38)
#define SW_SUBJECT_HASH ((1ULL << 38) - 1)
#define SW_SUBJECT_IPV4_PREFIX (0xffffULL << 32)

/* Where a subject is kept, in tables of 1 << `bits` buckets a side. */
static inline struct sw_spot sw_spot(const struct sw_seed *seed, __u64 hi, __u64 lo, int ipv6,
				     enum sw_side side, int bits)
{
	__u32 first = (__u32)side << bits;
	__u64 hash;

	if (ipv6) {
		hash = sw_hash128(seed, hi, lo);
		return (struct sw_spot){
			.bucket = first | hash >> (64 - bits),
			.tag = SW_SUBJECT_VALID | SW_SUBJECT_IPV6 | (hash & SW_SUBJECT_HASH),
		};
	}
	hash = sw_permute32(seed, lo);
	return (struct sw_spot){
		.bucket = first | hash >> (32 - bits),
		.tag = SW_SUBJECT_VALID | hash,
	};
}

static inline __u64 sw_row_word(__u64 tag, __u32 now)
{
	return tag << SW_SEEN_BITS | (now & SW_SEEN_MASK);
}

static inline __u64 sw_row_tag(__u64 word)
{
	return word >> SW_SEEN_BITS;
}

static inline enum sw_side sw_bucket_side(__u32 bucket, int bits)
{
	return bucket >> bits ? SW_SIDE_REMOTE : SW_SIDE_SUBSCRIBER;
}

/* Whether what stands at a way belongs to the word: CPUs fill it while others read. */
static inline int sw_subject_is_of(const struct sw_seed *seed, const struct sw_subject *subject,
				   __u64 word, __u32 bucket, int bits)
{
	__u64 tag = sw_row_tag(word);
	struct sw_spot spot = sw_spot(seed, subject->hi, subject->lo, (tag & SW_SUBJECT_IPV6) != 0,
				      sw_bucket_side(bucket, bits), bits);

	return word && spot.tag == tag && spot.bucket == bucket;
}

_Static_assert(sizeof(struct sw_row) == 64, "a row is one cache line");

#endif
