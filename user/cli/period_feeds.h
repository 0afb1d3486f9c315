/* SPDX-License-Identifier: GPL-2.0 */
/* Lists and their yield, in a time. */
#ifndef SPAMWEIR_CLI_PERIOD_FEEDS_H
#define SPAMWEIR_CLI_PERIOD_FEEDS_H

#include "cli/options.h"
#include "report/period.h"
#include "store/store.h"

/* Takes the feeds that were published last: one that did nothing is told of, too. -errno. */
int sw_period_feeds_begin(struct sw_store *store, struct sw_period *period, size_t *room,
			  struct sw_error *error);

/* Adds packets that a feed decided. -ENOMEM. */
int sw_period_feed_packets(struct sw_period *period, size_t *room, const char *name, __u64 packets);

/* Counts the entries that were of use, and those that no other feed of the configuration
 * lists. */
int sw_period_feeds_end(const struct sw_options *options, struct sw_store *store,
			struct sw_period *period, size_t *room, struct sw_error *error);

#endif
