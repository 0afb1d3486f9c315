/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Feed files: from bytes to prefixes. A format is a function that reads one line;
 * this owns lines, detection and the rules of what makes a feed unfit.
 */
#ifndef SPAMWEIR_FEED_PARSE_H
#define SPAMWEIR_FEED_PARSE_H

#include "feed/feed.h"

/* Parses a feed's text. `feed` says format, min_count, max_width and
 * max_entries; its path is only named in errors. *report is filled in on failure
 * too. 0; -EINVAL with `error` set when the feed is unfit as a whole (binary,
 * HTML, empty, truncated, too many bad lines or entries, an endless line); or
 * what the sink said. */
int sw_feed_parse(const struct sw_feed_config *feed, const char *text, size_t size,
		  const struct sw_feed_sink *sink, struct sw_feed_report *report,
		  struct sw_error *error);

#endif
