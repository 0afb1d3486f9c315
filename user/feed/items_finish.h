/* SPDX-License-Identifier: GPL-2.0 */
/* What is left of a feed's entries, once all are there. */
#ifndef SPAMWEIR_FEED_ITEMS_FINISH_H
#define SPAMWEIR_FEED_ITEMS_FINISH_H

#include "feed/items.h"

/* Takes out what is excluded, sorts, and keeps of equal entries the one that ends
 * last, of these the first line.
 * An exclusion takes itself out of the entries that are as wide or wider: the
 * longest prefix counts, and of equal ones the exclusion. -ENOMEM; -E2BIG if
 * that makes more than `most` entries of a family. */
int sw_items_finish(struct sw_items *items, const __u32 most[SW_FAMILIES]);

#endif
