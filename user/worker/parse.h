/* SPDX-License-Identifier: GPL-2.0 */
/* Lists are parsed by a confined child. All that comes back are the feed's entries, in
 * the form of a good copy, which is checked entry by entry as if an enemy had made it. */
#ifndef SPAMWEIR_WORKER_PARSE_H
#define SPAMWEIR_WORKER_PARSE_H

#include "feed/copy.h"
#include "policy/begun.h"
#include "worker/child.h"

extern const struct sw_child_kind sw_kind_parse;

/* As sw_feed_copy_read, of which it is the confined form. */
int sw_worker_read(const struct sw_feed_config *feed, struct sw_feed_copy *copy,
		   struct sw_feed_report *report, struct sw_error *error);

/* The same in two steps, so that several lists are parsed at once. NULL: no process could
 * be started, which sw_worker_read will say. */
struct sw_begun *sw_worker_begin(const struct sw_feed_config *feed);

/* The same of what will come by a pipe, the list of a feed with a `url`, in two steps:
 * with the child, whose `start` and `take` say what they do. */
int sw_parse_start(const struct sw_feed_config *feed, int pipe, __u32 seconds,
		   struct sw_child *child, struct sw_error *error);
int sw_parse_take(const struct sw_feed_config *feed, struct sw_child *child,
		  struct sw_feed_copy *copy, struct sw_feed_report *report, struct sw_error *error);

#endif
