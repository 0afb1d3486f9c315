/* SPDX-License-Identifier: GPL-2.0 */
/* Looking an IPv6 address up in a generation; policy.h has the layout. */
#ifndef SPAMWEIR_TABLE6_H
#define SPAMWEIR_TABLE6_H

#include "policy.h"

/* The upper and lower 64 bits, in host byte order. */
struct sw_in6 {
	__u64 hi;
	__u64 lo;
};

static inline __u32 sw_hash_top6(__u32 top)
{
	top *= 0x9e3779b1;
	top ^= top >> 15;
	return top * 0x85ebca77;
}

/* Bit 0: something in the address's /32, or a prefix shorter than that in its
 * /16, is listed. The other bits are noise. */
static inline __u64 sw_table6_touched(const struct sw_table6 *table, struct sw_in6 address)
{
	__u32 hash = sw_hash_top6(address.hi >> 32) >> (32 - SW_TOUCHED6_BITS);
	__u32 wide = address.hi >> 48;

	return table->touched[hash >> 6] >> (hash & 63) | table->wide[wide >> 6] >> (wide & 63);
}

/* The feed of the last boundary at or before {mid, low}; `before` if there is
 * none. */
static inline __u8 sw_bounds6_feed(const struct sw_policy *policy, const struct sw_layout *layout,
				   __u32 first, __u32 count, __u64 mid, __u32 low, __u8 before)
{
	const struct sw_bound6 *bounds = (const void *)policy + sw_policy_bounds(layout);
	__u32 half, middle;
	__u8 feed = before;
	int i;

	for (i = 0; i < 24 && count; i++) {
		half = count >> 1;
		middle = first + half;
		if (middle >= layout->bounds)
			return 0;
		if (bounds[middle].mid < mid ||
		    (bounds[middle].mid == mid && bounds[middle].low <= low)) {
			feed = bounds[middle].feed;
			first = middle + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return feed;
}

/* The feed slot that lists an address whose /32 or /16 is touched, or 0. */
static inline __u8 sw_table6_find(const struct sw_policy *policy, const struct sw_layout *layout,
				  enum sw_set set, struct sw_in6 address)
{
	const struct sw_dir6 *dirs = (const void *)policy + sw_policy_dirs(layout);
	const struct sw_table6 *table = &policy->v6[set];
	__u32 top = address.hi >> 32;
	__u32 home = (__u64)sw_hash_top6(top) * layout->dirs >> 32;
	__u32 bucket;
	int probe, i;

	for (probe = 0; probe < SW_DIR6_PROBES; probe++) {
		bucket = home + probe;
		if (bucket >= layout->dirs)
			bucket -= layout->dirs;
		if (bucket >= layout->dirs)
			return 0;
		for (i = 0; i < SW_DIR6_WAYS; i++) {
			const struct sw_way6 *way = &dirs[set * layout->dirs + bucket].way[i];

			if (!way->used)
				goto wide;
			if (way->top == top)
				return sw_bounds6_feed(policy, layout, way->first, way->count,
						       address.hi << 32 | address.lo >> 32,
						       address.lo, way->feed);
		}
	}
wide:
	return sw_bounds6_feed(policy, layout, table->wide_first, table->wide_count,
			       (__u64)top << 32, 0, 0);
}

/* The same for any address. */
static inline __u8 sw_table6_lookup(const struct sw_policy *policy, const struct sw_layout *layout,
				    enum sw_set set, struct sw_in6 address)
{
	if (!(sw_table6_touched(&policy->v6[set], address) & 1))
		return 0;
	return sw_table6_find(policy, layout, set, address);
}

#endif
