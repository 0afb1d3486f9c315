/* SPDX-License-Identifier: GPL-2.0 */
/* One feed on its way to rules: what it may not list is left out, and said. */
#ifndef SPAMWEIR_POLICY_INTAKE_H
#define SPAMWEIR_POLICY_INTAKE_H

#include "policy/guard.h"
#include "policy/own.h"
#include "policy/regions.h"
#include "policy/rules.h"

struct sw_example {
	struct sw_prefix prefix;
	const char *source; /* a path */
	__u32 line;
	const char *what;
};

struct sw_intake {
	const struct sw_config *config;
	const struct sw_feed_config *feed;
	/* NULL, all three: nothing is guarded against it. */
	const struct sw_own *own;
	const struct sw_guard *hosts; /* of what no list may list */
	const struct sw_guard *guard; /* of that, and of special-purpose space */
	struct sw_feed_state *state;
	struct sw_rule_list *list; /* NULL: all is counted, and nothing taken */
	struct sw_rule_ends *ends; /* of what is taken */
	__u8 rank;
	__u64 now_s; /* what ends by then is in force no more */
	bool quiet;  /* nothing is warned of */
	/* The rest is its own. */
	const char *source;		  /* of the entries that come now: a path */
	bool foreign;			  /* a file, not the config */
	__u64 until;			  /* of the entry that comes now; 0: it has no end */
	size_t taken;			  /* rules */
	const struct sw_regions *regions; /* NULL: everywhere */
	size_t hosts_at[SW_FAMILIES], guard_at[SW_FAMILIES];
	size_t own_ahead, guard_ahead; /* of the next range that something is guarded against */
	unsigned examples;
	struct sw_example first_own, first_special, first_host; /* if there are any */
};

/* Whether a part of an entry in the config is wider than max_width allows. */
bool sw_entry_is_wide(const struct sw_feed_config *feed, const struct sw_entry_config *entry);

/* Takes the feed's file, from a copy of it, with warnings of its bad lines. -ENOMEM. */
int sw_intake_copy(struct sw_intake *intake, const struct sw_feed_copy *copy);

/* Takes those entries of the copy, and of the config, that have addresses in some regions.
 * -ENOMEM. */
int sw_intake_regions(struct sw_intake *intake, const struct sw_feed_copy *copy,
		      const struct sw_regions *regions);

/* Takes the entries that stand in the config. -ENOMEM. */
int sw_intake_inline(struct sw_intake *intake);

#endif
