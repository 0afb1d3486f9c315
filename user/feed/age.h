/* SPDX-License-Identifier: GPL-2.0 */
/* Lists that nobody refreshes. */
#ifndef SPAMWEIR_FEED_AGE_H
#define SPAMWEIR_FEED_AGE_H

#include "config/schema.h"

/* Whether the list of a feed that has a `max_age` is older, which `error` says then: if
 * it is fetched, since its provider last said that it is of today; else by the date of
 * its file. A list that there is none of is not old. */
bool sw_feed_is_old(const char *state_dir, const struct sw_feed_config *feed, __u64 now_s,
		    struct sw_error *error);

#endif
