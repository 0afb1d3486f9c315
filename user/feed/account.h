/* SPDX-License-Identifier: GPL-2.0 */
/* The account of every line or record: what it was, and of bad ones why. */
#ifndef SPAMWEIR_FEED_ACCOUNT_H
#define SPAMWEIR_FEED_ACCOUNT_H

#include "feed/format.h"

/* Counts the one that reader->line and reader->last tell of. `line` is its text,
 * of which the beginning may be shown. */
void sw_feed_count(struct sw_feed_reader *reader, enum sw_line result, struct sw_span line,
		   const char *expected);

/* Holds reader->records against what `line` of the list says, and counts anew: lists
 * that were joined each bring their own count. -EINVAL with reader->error set. */
int sw_feed_hold_count(struct sw_feed_reader *reader, long long declared, struct sw_span line);

/* The same of a comment, which is a promise if it comes before all records, or if such a one
 * did. */
int sw_feed_heed_count(struct sw_feed_reader *reader, long long declared, struct sw_span line);

/* Once all was read: whether as many records have come as was promised. The same. */
int sw_feed_hold_promise(const struct sw_feed_reader *reader);

/* Whether a comment says how many there are: "Number of entries: 7", "END 7 entries",
 * "END (7) entries". */
bool sw_feed_declares(struct sw_span comment, long long *count);

#endif
