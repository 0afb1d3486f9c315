/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A routing table that fills again. What comes back after a lost session, or while nobody
 * followed, comes one after the other, and the kernel does not tell when that is all. So what the
 * list had before stays beside what the table has by then, for a minute, and no longer than
 * `hold`. Since when is told by a file beside the list, so that it ends whoever reads it.
 */
#ifndef SPAMWEIR_RUN_ROUTE_REFILL_H
#define SPAMWEIR_RUN_ROUTE_REFILL_H

#include <stddef.h>

#include "config/schema.h"

/* From now on, if the feed has a list and holds it. */
void sw_refill_begin(const struct sw_feed_config *feed);

void sw_refill_end(const struct sw_feed_config *feed);

/* The Unix time, in milliseconds, until which it fills; 0: it does not, or not any more. */
__s64 sw_refill_until(const struct sw_feed_config *feed);

/* Adds to a list what the feed's list has beyond it: both are text with a prefix at the begin of
 * each line, in order. *text is the caller's, and becomes another. -ENOMEM; or -errno of
 * the feed's list, if it cannot be read. */
int sw_refill_join(const struct sw_feed_config *feed, char **text, size_t *size);

#endif
