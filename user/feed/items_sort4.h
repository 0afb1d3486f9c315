/* SPDX-License-Identifier: GPL-2.0 */
/* Sorting IPv4 items, of which there may be ten million, by radix and by two threads. */
#ifndef SPAMWEIR_FEED_ITEMS_SORT4_H
#define SPAMWEIR_FEED_ITEMS_SORT4_H

#include "feed/items.h"

/* Items in the order of their places. */
struct sw_items4 {
	const __u64 *item;
	size_t count;
	__u32 shift; /* what their places move on by */
};

/* Whether they ascend, equal ones in the order of their places. */
bool sw_items4_ascend(const __u64 *item, size_t count);

/* Writes the items of both parts to `to`, which has room for them, as one ascending list;
 * places of the second lie behind those of the first. -ENOMEM. */
int sw_items4_sort(const struct sw_items4 part[2], __u64 *to);

#endif
