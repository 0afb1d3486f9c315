/* SPDX-License-Identifier: GPL-2.0 */
/* Two lots of entries that were read side by side. */
#ifndef SPAMWEIR_FEED_ITEMS_JOIN_H
#define SPAMWEIR_FEED_ITEMS_JOIN_H

#include "feed/items.h"

/* Moves what `more` has, which stands `lines` lines further down, to `items`; no line may
 * reach SW_ITEM4_PLACES then. Neither excludes anything; what comes of them is sorted.
 * -ENOMEM, and `items` are none. */
int sw_items_join(struct sw_items *items, struct sw_items *more, __u32 lines);

#endif
