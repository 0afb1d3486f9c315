/* SPDX-License-Identifier: GPL-2.0 */
/* Counting: per CPU, so that no line is shared. */
#ifndef SPAMWEIR_COUNTERS_H
#define SPAMWEIR_COUNTERS_H

#include "maps.h"

static __always_inline void sw_count(__u32 decision, int monitored, __u64 length)
{
	struct sw_counters *row;
	struct sw_counter *cell;
	__u32 index = interface;

	row = bpf_map_lookup_elem(&counters, &index);
	if (!row)
		return;
	cell = &row->cell[monitored][0][0] + (decision & SW_DECISION_CELL);
	cell->packets++;
	cell->bytes += length;
}

static __always_inline void sw_count_feed(__u32 feed, __u64 length)
{
	struct sw_counter *cell = bpf_map_lookup_elem(&feed_counters, &feed);

	if (!cell)
		return;
	cell->packets++;
	cell->bytes += length;
}

#endif
