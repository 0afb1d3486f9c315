/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Configured NICs by which the same frames come in: a bond and its slaves, a VLAN device
 * and what it lies on (kernel/stack.h). One of them is left out, whatever the order of the
 * config: the slaves, if their bond can have the program; else what is on top.
 */
#ifndef SPAMWEIR_RUN_NICS_STACKED_H
#define SPAMWEIR_RUN_NICS_STACKED_H

#include "run/applying.h"

/* Sets `twice`, and `trouble`, of those that are left out. a->nic is known. -errno. */
int sw_nics_find_twice(struct applying *a);

/* Why nothing can be attached to a bond now, which is its `trouble`. -EBUSY, -EAGAIN; 0: it
 * can, or it is none. */
int sw_nics_check_bond(struct applying *a, size_t i);

/* Whether it is a slave of a bond that is not configured, and another slave is not: `what`
 * says so. */
bool sw_nics_others(const struct applying *a, size_t i, struct sw_error *what);

/* Programs of ours that were taken off NICs that the same frames come in by. */
struct sw_way {
	struct {
		struct sw_interface_config interface;
		char name[IF_NAMESIZE];
		unsigned ifindex;
		const char *pin;
		int program; /* fd */
	} taken[SW_ATTACHED_MAX];
	size_t count;
};

/* Takes off what the kernel would not allow beside the program of NIC `i`: ours on NICs
 * that are left out, or are in the config no longer. -errno, and `trouble` says why.
 * sw_nics_end_way has to follow: if `err`, it puts them back. */
int sw_nics_make_way(struct applying *a, size_t i, struct sw_way *way);
void sw_nics_end_way(struct sw_way *way, int err);

/* Whether one that is left out is at work still, beside the other. */
bool sw_nics_any_twice(const struct applying *a);

/* Takes ours off those; a warning if it stays. */
void sw_nics_leave_twice(struct applying *a);

#endif
