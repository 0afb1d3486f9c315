/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Live zombies entered and lifted, in the kernel and on disk. Without a store,
 * which a warning says, they are in force all the same, until a reboot.
 */
#ifndef SPAMWEIR_RUN_ZOMBIES_H
#define SPAMWEIR_RUN_ZOMBIES_H

#include "kernel/live.h"
#include "kernel/state.h"
#include "run/instance.h"

#define SW_WHY_SIZE 44 /* bytes of a reason, with its NUL */

struct sw_zombie_order {
	struct sw_prefix prefix; /* an address, or what IPv6 sources are listed by */
	__u64 duration_ns;	 /* 0: without end */
	__u8 origin;		 /* enum sw_origin */
	__u32 line;		 /* of the file that it comes from; 0: of none */
	char why[SW_WHY_SIZE];
	/* What became of one to be lifted: */
	bool found;
	__s64 ended_ms; /* Unix time at which one not found had ended; 0: not known */
};

/* Why one of them cannot be done: an allowed address, a prefix of another length.
 * Called for each; the caller says where it comes from. */
typedef void (*sw_zombies_refuse)(void *ctx, const struct sw_zombie_order *order, const char *why);

/* All of them or none. On record is the command line, or the instance's cause. -EPERM if
 * `refuse` was called. */
int sw_zombies_enter(const struct sw_instance *instance, struct sw_zombie_order *order,
		     size_t count, sw_zombies_refuse refuse, void *ctx, struct sw_error *error);

/* What is not listed is no error: see `found`. */
int sw_zombies_lift_all(const struct sw_instance *instance, struct sw_zombie_order *order,
			size_t count, sw_zombies_refuse refuse, void *ctx, struct sw_error *error);

#endif
