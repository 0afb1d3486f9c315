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
	__u64 borrow = (low - bound->low) >> 63;
	__u64 rest = mid - bound->mid - borrow;

	return (((~mid & bound->mid) | ((~mid | bound->mid) & rest)) >> 63) ^ 1;
}

/* Boundaries to search, and the feed of what lies before the first. */
struct sw_span6 {
	__u32 first;
	__u32 count;
	__u8 feed;
	__u64 mid;
	__u32 low;
};

/* The feed of the span's last boundary at or before {mid, low}. */
static __always_inline __u8 sw_span6_feed(const struct sw_policy *policy,
					  const struct sw_layout *layout,
					  const struct sw_span6 *span)
{
	const struct sw_bound6 *bounds = (const void *)policy + sw_policy_bounds(layout);
	__u32 at = span->first, count = span->count, half;
	const struct sw_bound6 *bound;
	int i;

	if (!count)
		return span->feed;
	for (i = 0; i < SW_SPAN6_STEPS && count > 1; i++) {
		half = count >> 1;
		if (at + half >= layout->bounds)
			return 0;
		bound = &bounds[sw_bounded(at + half, layout->bounds)];
		at += half * sw_bound6_reached(bound, span->mid, span->low);
		count -= half;
	}
	if (at >= layout->bounds)
		return 0;
	bound = &bounds[sw_bounded(at, layout->bounds)];
	return sw_bound6_reached(bound, span->mid, span->low) ? bound->feed : span->feed;
}

/* The way of a /32, or NULL. */
static __always_inline const struct sw_way6 *sw_way6(const struct sw_policy *policy,
						     const struct sw_layout *layout,
						     enum sw_set set, __u32 top)
{
	const struct sw_dir6 *dirs = (const void *)policy + sw_policy_dirs(layout) +
				     (__u64)set * layout->dirs * sizeof(*dirs);
	__u64 bucket = (__u64)sw_hash_top6(top) * layout->dirs >> 32;
	int probe, i;

	for (probe = 0; probe < SW_DIR6_PROBES; probe++, bucket++) {
		if (bucket >= layout->dirs)
			bucket = 0;
		for (i = 0; i < SW_DIR6_WAYS; i++) {
			const struct sw_way6 *way = &dirs[sw_bounded(bucket, layout->dirs)].way[i];

			if (!way->used)
				return 0;
			if (way->top == top)
				return way;
		}
	}
	return 0;
}

/* The feed slot that lists an address, or 0. */
static __always_inline __u8 sw_table6_find(const struct sw_policy *policy,
					   const struct sw_layout *layout, enum sw_set set,
					   struct sw_in6 address)
{
	__u32 top = address.hi >> 32;
	const struct sw_way6 *way = sw_way6(policy, layout, set, top);
	struct sw_span6 span;

	if (way) {
		span.first = way->first;
		span.count = way->count;
		span.feed = way->feed;
		span.mid = address.hi << 32 | address.lo >> 32;
		span.low = address.lo;
	} else {
		span.first = policy->v6[set].wide_first;
		span.count = policy->v6[set].wide_count;
		span.feed = 0;
		span.mid = (__u64)top << 32;
		span.low = 0;
	}
	return sw_span6_feed(policy, layout, &span);
}

/* The same, soon done with an address whose /32 and /16 are not touched. */
static __always_inline __u8 sw_table6_lookup(const struct sw_policy *policy, const struct sw_layout *layout,
				    enum sw_set set, struct sw_in6 address)
{
	if (!(sw_table6_touched(&policy->v6[set], address) & 1))
		return 0;
	return sw_table6_find(policy, layout, set, address);
}

#endif
