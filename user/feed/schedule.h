/* SPDX-License-Identifier: GPL-2.0 */
/* When a list is fetched again. */
#ifndef SPAMWEIR_FEED_SCHEDULE_H
#define SPAMWEIR_FEED_SCHEDULE_H

#include "feed/fetched.h"

/* Seconds between two fetches that succeed: `every`, or what its provider asks for if
 * that is more. */
__u64 sw_schedule_interval(const struct sw_feed_config *feed);

/* When to fetch after an attempt that `state` has noted: jitter makes it a tenth later
 * at most, and after failures it is sooner, with pauses that double. A server that
 * said when to come back (`retry_after_s`) is heeded. Unix seconds. */
__u64 sw_schedule_next(const struct sw_feed_config *feed, const struct sw_fetch_state *state,
		       __u64 retry_after_s);

/* When it is due as of `now_s`: also at once if the clock was set back, or `every` made
 * shorter. */
__u64 sw_schedule_due(const struct sw_feed_config *feed, const struct sw_fetch_state *state,
		      __u64 now_s);

/* Seconds until its provider allows the next pull. 0: now. */
__u64 sw_schedule_wait(const struct sw_feed_config *feed, const struct sw_fetch_state *state,
		       __u64 now_s);

#endif
