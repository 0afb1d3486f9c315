/* SPDX-License-Identifier: GPL-2.0 */
/* Two threads read a long list of lines, a half each. */
#ifndef SPAMWEIR_FEED_HALVES_H
#define SPAMWEIR_FEED_HALVES_H

#include "feed/feed.h"

/* Does as sw_feed_parse() does with a list that is fit, each half into a sink of its own.
 * The second half counts its lines from 1 on, and *before is how many there are before them.
 * -EAGAIN: the list has to be parsed as a whole, because of its format, or of what it says
 * of itself, or because it is unfit, and only the whole can be judged. */
int sw_feed_parse_halves(const struct sw_feed_config *feed, const char *text, size_t size,
			 const struct sw_feed_sink sink[2], struct sw_feed_report *report,
			 __u32 *before);

#endif
