/* SPDX-License-Identifier: GPL-2.0 */
/* Putting a feed's entries in order. */
#ifndef SPAMWEIR_FEED_ITEMS_SORT_H
#define SPAMWEIR_FEED_ITEMS_SORT_H

#include "feed/items.h"

/* By address, the wider first, of equal ones the first line first. -ENOMEM. */
int sw_items_sort(struct sw_items *items);

/* The same of the IPv6 entries alone. */
int sw_items_sort6(struct sw_items *items);

#endif
