// SPDX-License-Identifier: GPL-2.0
#include "replay/both_ways.h"

#include <linux/if_ether.h>

#define GROUP 0x01 /* in the first byte */

static __u64 address_at(const __u8 *at)
{
	__u64 address = 0;
	int i;

	for (i = 0; i < ETH_ALEN; i++)
		address = address << 8 | at[i];
	return address;
}

static unsigned slot_of(__u64 low, __u64 high)
{
	__u64 hash = (low * 0x9e3779b97f4a7c15ULL ^ high) * 0xbf58476d1ce4e5b9ULL;

	return hash >> (64 - SW_PAIRS_BITS);
}

void sw_both_ways_see(struct sw_both_ways *ways, const struct sw_frame *frame)
{
	__u64 to, from, low, high;
	unsigned slot;

	if (ways->found || !frame->has_macs || frame->direction != SW_DIRECTION_UNKNOWN ||
	    frame->size < ETH_HLEN || (frame->data[0] | frame->data[ETH_ALEN]) & GROUP)
		return;
	to = address_at(frame->data);
	from = address_at(frame->data + ETH_ALEN);
	if (to == from || !to || !from) /* made up, or made unreadable */
		return;
	low = from < to ? from : to;
	high = from < to ? to : from;
	slot = slot_of(low, high);
	if (ways->pair[slot].low != low || ways->pair[slot].high != high) {
		ways->pair[slot].low = low;
		ways->pair[slot].high = high;
		ways->pair[slot].seen = 0;
	}
	ways->pair[slot].seen |= from == low ? 1 : 2;
	ways->found = ways->pair[slot].seen == 3;
}
