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

/* Which of them a publish has. */
struct sw_lists_taken {
	__s64 change; /* 0: there is no store */
	__s64 at_ms;  /* what had ended by then is left out */
};

/* Appends them to the feeds, those that have entries which have not ended. `flags`
 * of sw_store_open.
 * *taken is for sw_lists_published. Without a store their plain copy is read,
 * which a warning says. -EINVAL if that is damaged, -EPERM if others may write it:
 * what is in force is to stay. -ENOMEM. */
int sw_lists_append(const struct sw_instance *instance, struct sw_config *config, int flags,
		    struct sw_lists_taken *taken, struct sw_error *error);

/* The same, with those that have ended and are in force still: for who explains. */
int sw_lists_append_in_force(const struct sw_instance *instance, struct sw_config *config,
			     struct sw_error *error);

/* These are in force now. */
void sw_lists_published(const struct sw_instance *instance, const struct sw_lists_taken *taken);

/* When the daemon has to publish again: *end_ms is the Unix time at which the next
 * entry ends, SW_LISTED_FOREVER if none does, 0 if one that is in force has ended or one
 * has not been published. */
void sw_lists_next_end(const struct sw_instance *instance, __s64 *end_ms);

#endif
