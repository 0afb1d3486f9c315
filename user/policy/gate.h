/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a list that was read well may be believed: one that lists much of the
 * Internet, or that is not what it was, waits until a person accepts it. */
#ifndef SPAMWEIR_POLICY_GATE_H
#define SPAMWEIR_POLICY_GATE_H

#include "feed/copy.h"

/* `before` is its good copy; NULL: there is none. -EINVAL with `error` set. */
int sw_gate_judge(const struct sw_feed_config *feed, const struct sw_feed_copy *copy,
		  const struct sw_feed_copy *before, struct sw_error *error);

/* How many IPv4 addresses it lists, of those that the Internet has. */
__u64 sw_gate_covers(const struct sw_feed_config *feed, const struct sw_feed_copy *copy);

#endif
