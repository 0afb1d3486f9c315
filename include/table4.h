/* SPDX-License-Identifier: GPL-2.0 */
/* Looking an IPv4 address up in a generation; maps/policy.h has the layout. */
#ifndef SPAMWEIR_TABLE4_H
#define SPAMWEIR_TABLE4_H

#include "maps/policy.h"

/* Bit 0: something in the address's /24 is listed. The other bits are noise,
 * so that two answers can be or-ed before either is tested. */
static __always_inline __u64 sw_table4_touched(const struct sw_table4 *table, __u32 address)
{
	return table->touched[address >> 14] >> (address >> 8 & 63);
}

/* A /24 of a set; never 0. */
static inline __u32 sw_net4_key(enum sw_set set, __u32 address)
{
	return (address & 0xffffff00) | (set + 1);
}

static inline __u32 sw_net4_run(__u8 feed, __u8 first, __u8 last)
{
	return (__u32)feed << 24 | first << 8 | last;
}

static inline __u32 sw_net4_leaf(__u32 index)
{
	return index + 1;
}

static inline __u32 sw_net4_hash(__u32 salt, __u32 key)
{
	key = (key ^ salt) * 0x9e3779b1;
	key ^= key >> 15;
	return key * 0x85ebca77;
}

/* The first bucket in which a /24 may stand. */
static inline __u64 sw_net4_home(const struct sw_layout *layout, __u32 salt, __u32 key)
{
	return sw_net4_hash(salt, key) * sw_layout_homes4(layout) >> 32;
}

/* What a touched /24's bucket knows of it; 0: it stands in none. */
static __always_inline __u32 sw_net4_value(const struct sw_policy *policy,
					   const struct sw_layout *layout, __u32 key)
{
	const struct sw_bucket4 *buckets = (const void *)(policy + 1), *bucket;
	__u64 count = sw_layout_buckets4(layout);
	__u64 at = sw_net4_home(layout, policy->salt4, key);
	int probe, i;

	for (probe = 0; probe < SW_BUCKET4_PROBES && at < count; probe++, at++) {
		bucket = &buckets[sw_bounded(at, count)];
		for (i = 0; i < SW_BUCKET4_NETS; i++) {
			if (bucket->net[i].key == key)
				return bucket->net[i].value;
		}
		if (!bucket->net[SW_BUCKET4_NETS - 1].key)
			break;
	}
	return 0;
}

static __always_inline __u8 sw_leaf4_feed(const struct sw_policy *policy,
					  const struct sw_layout *layout, __u32 index, __u8 host)
{
	const struct sw_leaf4 *leaves = (const void *)policy + sw_policy_leaves(layout), *leaf;
	int i;

	if (index >= layout->leaves)
		return 0;
	leaf = &leaves[sw_bounded(index, layout->leaves)];
	if (!(leaf->listed[host >> 6] >> (host & 63) & 1))
		return 0;
	if (leaf->runs == SW_LEAF_FULL_MAP) {
		index = leaf->map;
		if (index >= layout->leaves - 3)
			return 0;
		return ((const __u8 *)&leaves[sw_bounded(index, layout->leaves - 3)])[host];
	}
	for (i = 0; i < SW_LEAF_RUNS && i < leaf->runs; i++) {
		if (host >= leaf->run[i].first && host <= leaf->run[i].last)
			return leaf->run[i].feed;
	}
	return leaf->feed;
}

/* The feed slot that lists an address, or 0. */
static __always_inline __u8 sw_table4_find(const struct sw_policy *policy,
					   const struct sw_layout *layout, enum sw_set set,
					   __u32 address)
{
	__u32 value = sw_net4_value(policy, layout, sw_net4_key(set, address));
	__u8 host = address, first = value >> 8, last = value, feed;

	if (!value) {
		feed = policy->v4[set].whole[address >> 16];
		return feed && sw_table4_touched(&policy->v4[set], address) & 1 ? feed : 0;
	}
	if (!(value >> 24))
		return sw_leaf4_feed(policy, layout, value - 1, host);
	return host >= first && host <= last ? value >> 24 : 0;
}

/* The same, soon done with an address whose /24 is not touched. */
static __always_inline __u8 sw_table4_lookup(const struct sw_policy *policy,
					     const struct sw_layout *layout, enum sw_set set,
					     __u32 address)
{
	if (!(sw_table4_touched(&policy->v4[set], address) & 1))
		return 0;
	return sw_table4_find(policy, layout, set, address);
}

#endif
