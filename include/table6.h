/* SPDX-License-Identifier: GPL-2.0 */
/* Looking an IPv6 address up in a generation; maps/policy.h has the layout. */
#ifndef SPAMWEIR_TABLE6_H
#define SPAMWEIR_TABLE6_H

#include "maps/policy.h"

/* The upper and lower 64 bits, in host byte order. */
struct sw_in6 {
	__u64 hi;
	__u64 lo;
};

static __always_inline __u32 sw_hash_top6(__u32 top)
{
	top *= 0x9e3779b1;
	top ^= top >> 15;
	return top * 0x85ebca77;
}

/* Bit 0: something in the address's /32, or a prefix shorter than that in its
 * /16, is listed. The other bits are noise. */
static __always_inline __u64 sw_table6_touched(const struct sw_table6 *table, struct sw_in6 address)
{
	__u32 hash = sw_hash_top6(address.hi >> 32) >> (32 - SW_TOUCHED6_BITS);
	__u32 wide = address.hi >> 48;

	return table->touched[hash >> 6] >> (hash & 63) | table->wide[wide >> 6] >> (wide & 63);
}

/*
 * 1 if the boundary lies at or before {mid, low}, else 0: the borrow of a
 * 96-bit subtraction. No branch, for this one is taken every other time: the
 * processor could only guess, and the verifier would follow both ways.
 */
static __always_inline __u32 sw_bound6_reached(const struct sw_bound6 *bound, __u64 mid, __u64 low)
{
	__u64 borrow = low - bound->low, rest;

	__asm__("" : "+r"(borrow)); /* else the compiler sees through it, and makes it a branch */
	borrow >>= 63;
	rest = mid - bound->mid - borrow;
	return (((~mid & bound->mid) | ((~mid | bound->mid) & rest)) >> 63) ^ 1;
}

/* What a search has left of a span, and what it seeks. */
struct sw_seek6 {
	__u32 at;
	__u32 count;
	__u32 low;
	__u64 mid;
};

static __always_inline const struct sw_bound6 *sw_bound6(const struct sw_policy *policy,
							 const struct sw_layout *layout, __u32 at)
{
	const struct sw_bound6 *bounds = (const void *)policy + sw_policy_bounds(layout);
	__u64 index = at;

	__asm__("" : "+r"(index)); /* else the mask is applied where the verifier cannot see it */
	return &bounds[index & sw_layout_bounds_mask(layout)];
}

/* Begins to load a span's first boundaries, of most spans all. */
static __always_inline void sw_preload_span6(const struct sw_policy *policy,
					     const struct sw_layout *layout,
					     const struct sw_span6 *span)
{
	const struct sw_bound6 *bound = sw_bound6(policy, layout, span->first);
	int i;

	SW_UNROLL
	for (i = 0; i < SW_BOUNDS6_AHEAD; i += 64 / sizeof(*bound))
		sw_preload(&bound[i]);
}

/* Whether the boundary `offset` behind the first of what is left belongs to that,
 * and is reached: 0 or 1. */
static __always_inline __u32 sw_seek6_reached(const struct sw_policy *policy,
					      const struct sw_layout *layout,
					      const struct sw_seek6 *seek, __u32 offset)
{
	const struct sw_bound6 *bound = sw_bound6(policy, layout, seek->at + offset);
	__u64 within = (__u64)offset - seek->count;

	__asm__("" : "+r"(within));
	return sw_bound6_reached(bound, seek->mid, seek->low) & within >> 63;
}

/*
 * The feed of the span's last boundary at or before {mid, low}. Each round looks
 * at three boundaries at once, which part what is left into four: the three
 * misses overlap, where a search by halves would wait for one after the other.
 */
static __always_inline __u8 sw_span6_feed(const struct sw_policy *policy,
					  const struct sw_layout *layout,
					  const struct sw_span6 *span, __u64 mid, __u32 low)
{
	struct sw_seek6 seek = { .at = span->first, .count = span->count, .mid = mid, .low = low };
	__u32 step, passed;
	__s64 spare;
	int i;

	for (i = 0; i < SW_SPAN6_BITS / 2 && seek.count; i++) {
		step = (seek.count >> 2) + 1;
		passed = sw_seek6_reached(policy, layout, &seek, step - 1) +
			 sw_seek6_reached(policy, layout, &seek, 2 * step - 1) +
			 sw_seek6_reached(policy, layout, &seek, 3 * step - 1);
		passed *= step;
		seek.at += passed;
		/* At most step - 1 of those behind the last one that was reached. */
		spare = (__s64)seek.count - passed - (step - 1);
		__asm__("" : "+r"(spare)); /* as above */
		seek.count = step - 1 + (spare & spare >> 63);
	}
	if (seek.at == span->first)
		return span->feed;
	return sw_bound6(policy, layout, seek.at - 1)->feed;
}

/* The spans of an address's /32, one a set. */
struct sw_spans6 {
	struct sw_span6 set[SW_SETS];
};

/* The first bucket in which a /32 may stand. */
static __always_inline __u64 sw_dir6_home(const struct sw_layout *layout, __u32 top)
{
	return (__u64)sw_hash_top6(top) * layout->dirs >> 32;
}

static __always_inline const struct sw_dir6 *sw_dir6(const struct sw_policy *policy,
						     const struct sw_layout *layout, __u64 bucket)
{
	const struct sw_dir6 *dirs = (const void *)policy + sw_policy_dirs(layout);

	return &dirs[sw_bounded(bucket, layout->dirs)];
}

/* Which way of a bucket is a /32's, if that is one in use: 2 at most. Without a
 * branch, for which one it is nobody can guess. */
static __always_inline __u32 sw_dir6_way(const struct sw_dir6 *dir, __u32 top)
{
	__u64 not_first = ~sw_if_zero(dir->way[0].top ^ top);
	__u64 not_second = ~sw_if_zero(dir->way[1].top ^ top);

	/* Else the compiler makes them branches. */
	__asm__("" : "+r"(not_first), "+r"(not_second));
	return (not_first & 1) + (not_first & not_second & 1);
}

/* A way's spans, or, if it is not the address's, SW_SPAN6_WIDE: to the verifier both are the
 * same from then on. `here` is all ones or 0. */
static __always_inline struct sw_spans6 sw_spans6_if(__u64 here, const struct sw_way6 *way)
{
	struct sw_spans6 spans = { { way->span[SW_SET_CNC], way->span[SW_SET_MAIL] } };

	spans.set[SW_SET_CNC].first |= ~here;
	spans.set[SW_SET_MAIL].first |= ~here;
	return spans;
}

static __always_inline struct sw_spans6 sw_spans6(const struct sw_policy *policy,
						  const struct sw_layout *layout, __u32 top)
{
	__u64 bucket = sw_dir6_home(layout, top), here;
	struct sw_spans6 spans;
	const struct sw_dir6 *dir;
	__u32 probe, i;

	for (probe = 0; probe < SW_DIR6_PROBES; probe++, bucket++) {
		bucket &= sw_if_less(bucket, layout->dirs); /* behind the last, the first */
		dir = sw_dir6(policy, layout, bucket);
		i = sw_dir6_way(dir, top);
		here = sw_if_zero(dir->way[i].top ^ top) & sw_if_less(i, dir->used);
		spans = sw_spans6_if(here, &dir->way[i]);
		if (here || dir->used < SW_DIR6_WAYS)
			break;
	}
	return spans;
}

/* The feed of one set. */
static __always_inline __u8 sw_set6_feed(const struct sw_policy *policy,
					 const struct sw_layout *layout, enum sw_set set,
					 struct sw_span6 span, struct sw_in6 address)
{
	__u64 mid = address.hi << 32 | address.lo >> 32;
	__u32 low = address.lo;

	if (span.first == SW_SPAN6_WIDE) {
		span = policy->wide6[set];
		mid = address.hi >> 32 << 32;
		low = 0;
	}
	return sw_span6_feed(policy, layout, &span, mid, low);
}

/* The feed slot of one set that lists an address, or 0. */
static inline __u8 sw_table6_lookup(const struct sw_policy *policy, const struct sw_layout *layout,
				    enum sw_set set, struct sw_in6 address)
{
	struct sw_spans6 spans = sw_spans6(policy, layout, address.hi >> 32);

	return sw_set6_feed(policy, layout, set, spans.set[set], address);
}

#endif
