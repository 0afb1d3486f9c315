/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies over loads, unloads and reboots. */
#ifndef SPAMWEIR_RUN_ZOMBIES_KEEP_H
#define SPAMWEIR_RUN_ZOMBIES_KEEP_H

#include "config/schema.h"
#include "kernel/state.h"
#include "run/instance.h"
#include "run/zombies_join.h"

/* At a load, under its lock: what is on disk and has not ended is in the kernel again, and what
 * the datapath had listed counts among those that it may. Adds to *joined what became of them. */
void sw_zombies_recall(const struct sw_instance *instance, const struct sw_state *state,
		       const struct sw_config *config, struct sw_joined *joined);

/* Says so, once a load has succeeded. */
void sw_zombies_recalled(const struct sw_joined *joined, const struct sw_config *config);

/* At any other publish, under its lock: goes on with what somebody was killed at. */
void sw_zombies_go_on(const struct sw_instance *instance, const struct sw_state *state,
		      __u8 length);

/* From time to time: removes what has ended, and brings kernel and disk together.
 * Does not wait for the lock: -EAGAIN if it is held. *next_ms: in how many milliseconds
 * the next of those that are announced ends; ~0: none does. */
int sw_zombies_tidy(const struct sw_instance *instance, __u64 *removed, __u64 *next_ms,
		    struct sw_error *error);

/* Before an unload: to disk with what only the kernel has. Behind it: how many
 * there are for the next load. */
void sw_zombies_save(const struct sw_instance *instance);
__u64 sw_zombies_saved(const struct sw_instance *instance);

/* None for the next load. -errno. */
int sw_zombies_forget_all(const struct sw_instance *instance, struct sw_error *error);

#endif
