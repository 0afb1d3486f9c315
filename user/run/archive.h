/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last few publishes, kept whole, to be put in force again:
 * STATE_DIR/generations/NUMBER/ has the configuration and the rules of each.
 */
#ifndef SPAMWEIR_RUN_ARCHIVE_H
#define SPAMWEIR_RUN_ARCHIVE_H

#include "policy/kept.h"
#include "policy/lineage.h"
#include "policy/plan.h"
#include "run/instance.h"

#define SW_GENERATIONS_KEPT 5

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
	bool passing; /* there may be one every second, and nobody goes back to it */
};

/* Whether a generation is kept whole. */
bool sw_archive_kept(const struct sw_instance *instance, __u64 generation);

/* The newest of those on disk, by which numbers go on after a reboot; 0: none. */
__u64 sw_archive_newest(const struct sw_instance *instance);

/* A plan of a generation that is kept, not measured, with the operator's lists as they are now.
 * plan->config is read; sw_plan_free is due either way. */
int sw_archive_read(const struct sw_instance *instance, __u64 generation, struct sw_config **config,
		    struct sw_error *error);
int sw_archive_plan(const struct sw_instance *instance, __u64 generation, struct sw_config *config,
		    struct sw_plan *plan, struct sw_error *error);

/* The rules alone, as they are kept. sw_kept_free is due either way. */
int sw_archive_rules(const struct sw_instance *instance, __u64 generation, struct sw_kept *kept,
		     struct sw_error *error);

/* What a generation was made of. -errno. Released by sw_lineage_free. */
int sw_archive_lineage(const struct sw_instance *instance, __u64 generation,
		       struct sw_lineage *lineage);

/* Whether one more change of it can be kept: there are not too many of them yet. */
bool sw_archive_may_follow(const struct sw_instance *instance, __u64 generation);

/* The generation published before the last, of what is kept; 0: none. */
__u64 sw_archive_before(const struct sw_instance *instance, __u64 generation);

/* Keeps a publish: all of it or, with an error, nothing. */
int sw_archive_keep(const struct sw_instance *instance, const struct sw_published *published,
		    struct sw_error *error);

/* Drops all but the newest few up to `newest`, and the one that is held (0: none). Passing
 * ones displace none that are not. */
void sw_archive_prune(const struct sw_instance *instance, __u64 newest, __u64 held);

#endif
