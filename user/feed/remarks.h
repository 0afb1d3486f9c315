/* SPDX-License-Identifier: GPL-2.0 */
/* What a list as a whole says that somebody may not have thought of. */
#ifndef SPAMWEIR_FEED_REMARKS_H
#define SPAMWEIR_FEED_REMARKS_H

#include "feed/feed.h"

/* Warns of names of the feed's `json` that no object of its list has, and of what is not valid
 * yet. */
void sw_feed_remark(const struct sw_feed_config *feed, const struct sw_feed_report *report);

#endif
