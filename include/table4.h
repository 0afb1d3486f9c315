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

/* A /24 of a set; never 0. Those of one /24 differ in the low byte alone. */
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

/* The first bucket in which a /24 may stand, of whichever set. */
static inline __u64 sw_net4_home(const struct sw_layout *layout, __u32 salt, __u32 key)
{
	return sw_net4_hash(salt, key & 0xffffff00) * sw_layout_homes4(layout) >> 32;
}

/* What a bucket knows of a /24; 0: nothing. All places are looked at: to the
 * processor a way out of the middle would be a guess, mostly wrong. */
static __always_inline __u32 sw_bucket4_value(const struct sw_bucket4 *bucket, __u32 key)
{
	__u64 value = 0;
	int i;

	SW_UNROLL
	for (i = 0; i < SW_BUCKET4_NETS; i++)
		value |= bucket->net[i].value & sw_if_zero(bucket->net[i].key ^ key);
	return value;
}

/* The first bucket in which an address's /24 may stand. */
static __always_inline const struct sw_bucket4 *
sw_home4_of(const struct sw_policy *policy, const struct sw_layout *layout, __u32 address)
{
	const struct sw_bucket4 *buckets = (const void *)(policy + 1);

	return &buckets[sw_bounded(sw_net4_home(layout, policy->salt4, address),
				   sw_layout_homes4(layout))];
}

/* The buckets behind a home, which a table has behind its last one, too. */
struct sw_behind4 {
	struct sw_bucket4 bucket[SW_BUCKET4_PROBES - 1];
};

/* What they know of a /24. Few ask, and not by copies of their own. */
SW_VERIFIED_ONCE __u32 sw_displaced4_value(const struct sw_behind4 *behind, __u32 key)
{
	__u32 value = 0;
	int i;

	if (!behind)
		return 0; /* not so */
	for (i = 0; i < SW_BUCKET4_PROBES - 1; i++) {
		value = sw_bucket4_value(&behind->bucket[i], key);
		if (value || !behind->bucket[i].net[SW_BUCKET4_NETS - 1].key)
			break;
	}
	return value;
}

/* What is known of a /24 of a set, whose home that is; 0: it stands in no bucket. */
static __always_inline __u32 sw_net4_value(const struct sw_bucket4 *home, __u32 key)
{
	__u32 value = sw_bucket4_value(home, key);

	if (__builtin_expect(!value && home->net[SW_BUCKET4_NETS - 1].key, 0))
		value = sw_displaced4_value((const void *)(home + 1), key);
	return value;
}

/* One comparison: what lies before `first` wraps to behind `last`. */
static __always_inline int sw_run4_has(__u8 first, __u8 last, __u8 host)
{
	return (__u8)(host - first) <= (__u8)(last - first);
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
		if (sw_run4_has(leaf->run[i].first, leaf->run[i].last, host))
			return leaf->run[i].feed;
	}
	return leaf->feed;
}

/* The feed of one set, or 0, by what is known of the address's /24, if that is
 * touched. */
static __always_inline __u8 sw_net4_feed(const struct sw_policy *policy,
					 const struct sw_layout *layout, enum sw_set set,
					 __u32 address, __u32 value)
{
	if (!value)
		return policy->v4[set].whole[address >> 16];
	if (!(value >> 24))
		return sw_leaf4_feed(policy, layout, value - 1, address);
	return sw_run4_has(value >> 8, value, address) ? value >> 24 : 0;
}

/* The feed slot of one set that lists an address, or 0. */
static inline __u8 sw_table4_lookup(const struct sw_policy *policy, const struct sw_layout *layout,
				    enum sw_set set, __u32 address)
{
	const struct sw_bucket4 *home = sw_home4_of(policy, layout, address);

	if (!(sw_table4_touched(&policy->v4[set], address) & 1))
		return 0;
	return sw_net4_feed(policy, layout, set, address,
			    sw_net4_value(home, sw_net4_key(set, address)));
}

#endif
