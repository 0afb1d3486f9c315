/* SPDX-License-Identifier: GPL-2.0 */
/* What is announced, as a file of the state directory tells it: so that whoever ends a
 * zombie needs no configuration, and `unload` finds what to take away. */
#ifndef SPAMWEIR_RUN_ANNOUNCED_H
#define SPAMWEIR_RUN_ANNOUNCED_H

#include "base/error.h"
#include "config/schema.h"
#include "run/instance.h"

/* Of what the table was made whole: who knows what has changed since, need not look at the
 * rest. */
struct sw_announced_whole {
	__u64 generation; /* 0: it is not */
	__u64 changes;	  /* of live zombies: SW_HEALTH_LIVE_CHANGES */
	__u64 at_ns;	  /* boot time; the datapath lists without a word */
	__u64 next_ns;	  /* boot time at which the next of them ends; 0: none does */
	char map[96];	  /* which live zombies: sw_live_identity() */
};

struct sw_announced {
	struct sw_announce_config as; /* .table 0: nothing is */
	__u64 netns;		      /* the inode of its network namespace */
	__u64 routes;		      /* in the table, of ours */
	__u64 over;		      /* not there: there are more than max_routes */
	__u64 taken;		      /* not there: another's route is in their place */
	__u64 left_out;		      /* which must not be announced */
	char trouble[256];	      /* why the table is not as it should be; "": it is */
	struct sw_announced_whole whole;
};

/* -ENOENT: nothing is announced. -EINVAL: it is damaged, as `error` says. */
int sw_announced_read(const struct sw_instance *instance, struct sw_announced *out,
		      struct sw_error *error);
int sw_announced_write(const struct sw_instance *instance, const struct sw_announced *announced,
		       struct sw_error *error);
void sw_announced_forget(const struct sw_instance *instance);

bool sw_announced_same(const struct sw_announced *a, const struct sw_announced *b);
bool sw_announced_as_same(const struct sw_announce_config *a, const struct sw_announce_config *b);

/* The number of this process's network namespace; 0: unknown. */
__u64 sw_announced_netns(void);

#endif
