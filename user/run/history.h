/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Publishes on record, and the last few of them kept whole, to be put in force
 * again: STATE_DIR/generations/NUMBER/ has the configuration and the rules of each.
 */
#ifndef SPAMWEIR_RUN_HISTORY_H
#define SPAMWEIR_RUN_HISTORY_H

#include "kernel/state.h"
#include "policy/lineage.h"
#include "policy/plan.h"
#include "run/instance.h"
#include "store/store.h"

#define SW_GENERATIONS_KEPT 5

/* The generation that is held in force instead of what the configuration says, since
 * a rollback; 0: none. Without a store there is none. */
__u64 sw_history_held(const struct sw_instance *instance);

/* The same of a store that is open. -errno if it cannot be read. */
int sw_history_held_in(struct sw_store *store, __u64 *held, struct sw_error *error);

/* Holds one, or with 0 none: what is published from now on is made of it. */
int sw_history_hold(const struct sw_instance *instance, __u64 generation, struct sw_error *error);

/* Whether a generation is kept whole. */
bool sw_history_kept(const struct sw_instance *instance, __u64 generation);

/* The newest of those on disk, by which numbers go on after a reboot; 0: none. */
__u64 sw_history_newest(const struct sw_instance *instance);

/* A plan of a generation that is kept, not measured, with the operator's lists as they are now.
 * plan->config is read; sw_plan_free is due either way. */
int sw_history_read(const struct sw_instance *instance, __u64 generation, struct sw_config **config,
		    struct sw_error *error);
int sw_history_plan(const struct sw_instance *instance, __u64 generation, struct sw_config *config,
		    struct sw_plan *plan, struct sw_error *error);

struct sw_published {
	const struct sw_plan *plan;
	__u64 generation;
	__u64 base; /* the one that it is made of; 0: the configuration */
	bool quiet; /* others have warned if there is no store */
	/* The generation, which is kept, that this is a change of: the plan's rules are those
	 * where something has changed, and `before` what was there. 0: they are all. */
	__u64 follows;
	const struct sw_rules *before;
	const struct sw_regions *regions;
	const struct sw_lineage *lineage; /* NULL: unknown */
};

/* What a generation was made of. -errno. Released by sw_lineage_free. */
int sw_history_lineage(const struct sw_instance *instance, __u64 generation,
		       struct sw_lineage *lineage);

/* Whether one more change of it can be kept: there are not too many of them yet. */
bool sw_history_may_follow(const struct sw_instance *instance, __u64 generation);

/* Writes down what was published and keeps it; a warning if it cannot. */
void sw_history_note(const struct sw_instance *instance, const struct sw_published *published);

/* The generation published before the last, of what is kept; 0: none. */
__u64 sw_history_before(const struct sw_instance *instance, __u64 generation);

#endif
