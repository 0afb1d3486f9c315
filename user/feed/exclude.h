/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines that say what is not listed: "!192.0.2.7" as rbldnsd, FireHOL and others
 * write it, "192.0.2.7 nomatch" as ipset saves it. Taken for a bad line such a
 * one would list the very host that it spares.
 */
#ifndef SPAMWEIR_FEED_EXCLUDE_H
#define SPAMWEIR_FEED_EXCLUDE_H

#include "base/entry.h"
#include "feed/format.h"

bool sw_feed_is_exclusion(struct sw_span line);

/* Hands it to the sink. One that cannot be read, or that nobody heeds, refuses
 * the feed: -EINVAL behind SW_LINE_STOP. */
enum sw_line sw_feed_take_exclusion(struct sw_feed_reader *reader, struct sw_span line);

/* The same of one that a format has read. `line` is shown in errors. */
enum sw_line sw_feed_exclude(struct sw_feed_reader *reader, struct sw_span line,
			     const struct sw_address_range *range, enum sw_exclusion rule);

/* One that cannot be read. */
enum sw_line sw_feed_refuse_exclusion(struct sw_feed_reader *reader, struct sw_span line);

#endif
