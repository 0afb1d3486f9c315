/* SPDX-License-Identifier: GPL-2.0 */
/* Counting: per CPU, so that no line is shared. */
#ifndef SPAMWEIR_COUNTERS_H
#define SPAMWEIR_COUNTERS_H

#include "maps.h"

/* The compiler knows the bounds of an index that the verifier has lost in a
 * spill; this states them again. */
static __always_inline __u64 sw_bounded(__u64 index, __u64 mask)
{
	__asm__ volatile("" : "+r"(index));
	return index & mask;
}

static __always_inline void sw_count(int monitored, __u8 family, __u32 reason, __u32 length)
{
	struct sw_counters *row;
	struct sw_counter *cell;
	__u32 index = interface;

	row = bpf_map_lookup_elem(&counters, &index);
	if (!row || family >= SW_FAMILIES)
		return;
	cell = &row->cell[monitored & 1][family][sw_bounded(reason, 15)];
	cell->packets++;
	cell->bytes += length;
}

static __always_inline void sw_count_feed(__u32 feed, __u32 length)
{
	struct sw_counter *cell = bpf_map_lookup_elem(&feed_counters, &feed);

	if (!cell)
		return;
	cell->packets++;
	cell->bytes += length;
}

#endif
