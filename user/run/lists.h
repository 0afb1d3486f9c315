/* SPDX-License-Identifier: GPL-2.0 */
/* The operator's own lists: put among a config's feeds, and changed by hand. */
#ifndef SPAMWEIR_RUN_LISTS_H
#define SPAMWEIR_RUN_LISTS_H

#include "config/schema.h"
#include "run/instance.h"
#include "store/lists.h"

/* The feeds that they are compiled as; no other feed is named so. */
#define SW_FEED_ALLOW SW_OPERATOR_FEED "allow"
#define SW_FEED_BLOCK SW_OPERATOR_FEED "block"
#define SW_FEED_FORCED SW_OPERATOR_FEED "block-forced"
#define SW_FEED_BOUNCES SW_OPERATOR_FEED "bounces" /* and one a rate: -30-per-min */

/* Appends them to the feeds, those that have entries which have not ended. `flags`
 * of sw_store_open.
 * *change is for sw_lists_published. Without a store their plain copy is read,
 * which a warning says. -EINVAL if that is damaged, -EPERM if others may write it:
 * what is in force is to stay. -ENOMEM. */
int sw_lists_append(const struct sw_instance *instance, struct sw_config *config, int flags,
		    __s64 *change, struct sw_error *error);

/* These are in force now. */
void sw_lists_published(const struct sw_instance *instance, __s64 change);

/* When the daemon has to publish again: *end_ms is the Unix time at which the next
 * entry ends, SW_LISTED_FOREVER if none does, 0 if one has ended or has not been
 * published. */
void sw_lists_next_end(const struct sw_instance *instance, __s64 *end_ms);

#endif
