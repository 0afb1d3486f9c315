/* SPDX-License-Identifier: GPL-2.0 */
/* Looking an IPv4 address up in a generation; policy.h has the layout. */
#ifndef SPAMWEIR_TABLE4_H
#define SPAMWEIR_TABLE4_H

#include "policy.h"

/* Bit 0: something in the address's /24 is listed. The other bits are noise,
 * so that two answers can be or-ed before either is tested. */
static __always_inline __u64 sw_table4_touched(const struct sw_table4 *table, __u32 address)
{
	return table->touched[address >> 14] >> (address >> 8 & 63);
}

static __always_inline __u8 sw_leaf4_feed(const struct sw_policy *policy, const struct sw_layout *layout,
				 __u32 index, __u8 host)
{
	const struct sw_leaf4 *leaves = (const void *)(policy + 1);
	const struct sw_leaf4 *leaf;
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

/* The feed slot that lists an address whose /24 is touched, or 0. */
static __always_inline __u8 sw_table4_find(const struct sw_policy *policy, const struct sw_layout *layout,
				  enum sw_set set, __u32 address)
{
	const struct sw_line4 *line = &policy->v4[set].line[address >> 16];
	__u32 word = address >> 14 & 3;
	__u64 bit = 1ULL << (address >> 8 & 63);
	__u64 leafed = line->leafed[word];

	if (!(leafed & bit))
		return line->feed;
	return sw_leaf4_feed(policy, layout,
			     line->first + line->rank[word] + __builtin_popcountll(leafed & (bit - 1)),
			     address);
}

/* The same for any address. */
static __always_inline __u8 sw_table4_lookup(const struct sw_policy *policy, const struct sw_layout *layout,
				    enum sw_set set, __u32 address)
{
	if (!(sw_table4_touched(&policy->v4[set], address) & 1))
		return 0;
	return sw_table4_find(policy, layout, set, address);
}

#endif
