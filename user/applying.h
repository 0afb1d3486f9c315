/* SPDX-License-Identifier: GPL-2.0 */
/* One `load` or `reload` under way: what apply.c and nics.c share. */
#ifndef SPAMWEIR_APPLYING_H
#define SPAMWEIR_APPLYING_H

#include "apply.h"
#include "datapath.h"
#include "state.h"

struct applying {
	const struct sw_options *options;
	struct sw_plan plan;
	struct sw_state *state; /* open for writing: the lock is ours */
	struct sw_error *error;
	struct sw_layout layout;
	bool grown; /* it is not the one of what is pinned */
	bool fresh; /* nothing was loaded before */
	bool crowded; /* an IPv6 directory has no place where one is needed */
	__u8 slot[SW_MAX_FEEDS]; /* by a feed's rank */
	struct spamweir_bpf *datapath[SW_MAX_INTERFACES]; /* by place in the config */
};

/* Before anything is changed: -ENODEV, -EINVAL, -EBUSY. Pins of NICs that have
 * other names now are renamed. */
int sw_nics_check(struct applying *a);

/* A warning if the config names NICs that are not attached. */
void sw_nics_compare(const struct applying *a);

/* Loads a program for every NIC of the config, in place of those in
 * a->datapath. */
int sw_nics_load(struct applying *a);

/* Puts them on the NICs, and takes ours off those that are not in the config. */
int sw_nics_attach(struct applying *a);

void sw_nics_close(struct applying *a);

#endif
