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
	bool reloading; /* NICs are shared, or not, as they were */
	bool fresh; /* nothing was loaded before */
	bool crowded; /* an IPv6 directory has no place where one is needed */
	__u8 slot[SW_MAX_FEEDS]; /* by a feed's rank */
	/* By place in the config: */
	bool shared[SW_MAX_INTERFACES]; /* to be attached so */
	struct spamweir_bpf *datapath[SW_MAX_INTERFACES]; /* if shared, open and not loaded */
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

/* Between nics.c and nics_shared.c, of one NIC: */

/* -EBUSY; decides whether it will be shared. */
int sw_nics_check_one(struct applying *a, size_t i, unsigned ifindex);

int sw_nics_open(struct applying *a, size_t i, struct spamweir_bpf **out, struct sw_error *error);

/* Through libxdp's dispatcher, or alone through the link pinned at `link`;
 * it may have been the other before. */
int sw_nics_attach_shared(struct applying *a, size_t i, unsigned ifindex, const char *link,
			  bool *generic);
int sw_nics_attach_alone(struct applying *a, size_t i, unsigned ifindex, const char *link,
			 bool *generic);

/* Takes ours out of the dispatchers of NICs that are not in the config. */
int sw_nics_leave_others(struct applying *a);

#endif
