/* SPDX-License-Identifier: GPL-2.0 */
/* One `load` or `reload` under way: what apply.c and nics.c share. */
#ifndef SPAMWEIR_RUN_APPLYING_H
#define SPAMWEIR_RUN_APPLYING_H

#include "kernel/datapath.h"
#include "kernel/state.h"
#include "policy/plan.h"
#include "run/instance.h"

struct applying {
	const struct sw_instance *instance;
	struct sw_reading reading; /* how its feeds are read */
	struct sw_hosts hosts;
	struct sw_plan plan;
	struct sw_state *state; /* open for writing: the lock is ours */
	struct sw_error *error;
	struct sw_layout layout;
	bool grown; /* it is not the one of what is pinned */
	bool reloading; /* NICs are shared, or not, as they were */
	bool fresh; /* nothing was loaded before */
	bool interrupted; /* by a load before this one, which this one is to mend */
	bool moved; /* a program of ours was put on a NIC */
	int outgrown; /* the policy map that was pinned, if `grown`; -1 */
	bool partial; /* what is to be in force lacks a part, which was named */
	bool crowded; /* an entry found no place near its home: the tables must grow */
	__u8 slot[SW_MAX_FEEDS]; /* by a feed's rank */
	/* By place in the config: */
	bool shared[SW_MAX_INTERFACES]; /* to be attached so */
	struct spamweir_bpf *datapath[SW_MAX_INTERFACES]; /* if shared, open and not loaded */
};

#endif
