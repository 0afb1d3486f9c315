/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limiter state: 2^18 buckets of one cache line, eight slots each, two million
 * in all. A slot is one 64-bit word, {tag, TAT}, so that a compare-and-swap
 * moves it whole and no lock is needed.
 *
 * A source's home is its keyed hash: the high bits choose the bucket, the rest
 * is the tag. For IPv4 the hash is a permutation of the 32-bit address, so
 * bucket and tag together are the address itself and no two sources can be
 * mistaken for each other. For IPv6 39 bits of the hash are kept: two prefixes
 * share a slot with a probability of 8 * 2^-21 a pair of full buckets.
 *
 * A full bucket gives up the slot whose TAT is earliest. A slot whose TAT is
 * past holds nothing (its token bucket is full), so this costs accuracy only
 * when eight sources of one bucket are all in debt at once; the one evicted
 * starts again with a full burst. If n sources are in debt at once, that happens
 * to a share of at most P(Poisson(n / 2^18) >= 8): 4.1% of a million. Those that
 * take turns in such a bucket are hardly limited; nobody is refused.
 *
 * CPUs race for a slot by compare-and-swap. A packet that loses four times in a
 * row passes without a token: N CPUs let pass at most
 * (burst + time / interval) * (1 + (N - 1) / 4) of one source.
 */
#ifndef SPAMWEIR_MAPS_LIMITER_H
#define SPAMWEIR_MAPS_LIMITER_H

#include "gcra.h"

#define SW_BUCKET_BITS 18
#define SW_BUCKET_SLOTS 8

struct sw_bucket {
	__u64 slot[SW_BUCKET_SLOTS];
};

struct sw_limiter {
	struct sw_bucket bucket[1 << SW_BUCKET_BITS];
};

/* Drawn once from the kernel's random pool and kept with the state. */
struct sw_seed {
	__u32 mul[2]; /* odd */
	__u32 xor [2];
	__u64 key[4]; /* 0 and 2 odd */
};

/* Where a source's state lives. */
struct sw_home {
	__u32 bucket;
	__u32 tag;
};

#define SW_TAG_VALID (1U << 23) /* an empty slot is 0 and matches no tag */
#define SW_TAG_UPSTREAM (1U << 22)
#define SW_TAG_IPV6 (1U << 21)
#define SW_TAG_PROTECT (1U << 20) /* of IPv4, of whose hash fewer bits are kept */
#define SW_TAG_TRIED (1U << 19)	  /* the same */
#define SW_TAG_BOUNCE (1U << 18)  /* the same, beside SW_TAG_PROTECT */
#define SW_TAG_HASH ((1U << 21) - 1)

static inline __u32 sw_slot_tag(__u64 slot)
{
	return slot >> SW_TICK_BITS;
}

static inline __u64 sw_slot(__u32 tag, __u64 tat)
{
	return (__u64)tag << SW_TICK_BITS | tat;
}

/* What forgetting a slot would cost: how far its TAT is ahead. The highest bit of one in use
 * is SW_TAG_VALID. */
static inline __u64 sw_slot_debt(__u64 slot, __u64 now, __u64 horizon)
{
	return sw_gcra_ahead(slot & SW_TICK_MASK, now, horizon) & (__s64)slot >> 63;
}

/* A keyed permutation of 32 bits: each step can be undone. */
static inline __u32 sw_permute32(const struct sw_seed *seed, __u32 x)
{
	x ^= seed->xor [0];
	x *= seed->mul[0];
	x ^= x >> 16;
	x *= seed->mul[1];
	x ^= seed->xor [1];
	x ^= x >> 15;
	x *= 0x2c1b3c6d;
	x ^= x >> 16;
	return x;
}

static inline __u64 sw_hash128(const struct sw_seed *seed, __u64 hi, __u64 lo)
{
	__u64 h = (hi ^ seed->key[1]) * seed->key[0];

	h ^= h >> 32;
	h = (h + (lo ^ seed->key[3])) * seed->key[2];
	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9ULL;
	h ^= h >> 32;
	return h * 0x94d049bb133111ebULL;
}

/* `address` in host byte order. */
static inline struct sw_home sw_home4(const struct sw_seed *seed, __u32 address, int upstream)
{
	__u32 h = sw_permute32(seed, address);

	return (struct sw_home){
		.bucket = h >> (32 - SW_BUCKET_BITS),
		.tag = SW_TAG_VALID | (upstream ? SW_TAG_UPSTREAM : 0) |
		       (h & ((1U << (32 - SW_BUCKET_BITS)) - 1)),
	};
}

/* `hi` and `lo`: the address in host byte order, already cut to the prefix
 * length that sources are limited by. */
static inline struct sw_home sw_home6(const struct sw_seed *seed, __u64 hi, __u64 lo, int upstream)
{
	__u64 h = sw_hash128(seed, hi, lo);

	return (struct sw_home){
		.bucket = h >> (64 - SW_BUCKET_BITS),
		.tag = SW_TAG_VALID | SW_TAG_IPV6 | (upstream ? SW_TAG_UPSTREAM : 0) |
		       ((h >> 20) & SW_TAG_HASH),
	};
}

/* The home of a source's class that is on trial, beside the one that is enforced; found
 * as that of a destination is. */
static inline struct sw_home sw_home_tried(const struct sw_seed *seed, int ipv6, __u64 hi, __u64 lo,
					   int upstream)
{
	struct sw_home home;

	if (ipv6)
		return sw_home6(seed, ~hi, lo ^ 0x6f6e20747269616cULL, upstream);
	home = sw_home4(seed, lo, upstream);
	home.tag |= SW_TAG_TRIED;
	return home;
}

/* The home of a protected destination, one for all that send to it. `hi` and `lo` as
 * above, IPv4 in the lower 32 bits of `lo`. An IPv6 one is found as if it were a source of
 * another address, by a hash that is as good as any. */
static inline struct sw_home sw_home_protected(const struct sw_seed *seed, int ipv6, __u64 hi,
					       __u64 lo)
{
	struct sw_home home;

	if (ipv6)
		return sw_home6(seed, ~hi, lo ^ 0x70726f7465637421ULL, 0);
	home = sw_home4(seed, lo, 0);
	home.tag |= SW_TAG_PROTECT;
	return home;
}

/* The same for the bounces that a destination takes. */
static inline struct sw_home sw_home_bounces(const struct sw_seed *seed, int ipv6, __u64 hi,
					     __u64 lo)
{
	struct sw_home home;

	if (ipv6)
		return sw_home6(seed, ~hi, lo ^ 0x626f756e63657321ULL, 0);
	home = sw_home4(seed, lo, 0);
	home.tag |= SW_TAG_PROTECT | SW_TAG_BOUNCE;
	return home;
}

_Static_assert(32 - SW_BUCKET_BITS <= 18, "an IPv4 hash leaves the tags' bits alone");
_Static_assert(sizeof(struct sw_bucket) == 64, "a bucket is one cache line");
_Static_assert(24 + SW_TICK_BITS == 64, "tag and TAT fill a word");

#endif
