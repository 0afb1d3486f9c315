/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was found out here, as routes that others can learn. The table is always made whole
 * from what is in force: whoever was killed in between has left nothing that the next one
 * does not put right.
 */
#ifndef SPAMWEIR_RUN_ANNOUNCE_H
#define SPAMWEIR_RUN_ANNOUNCE_H

#include "config/schema.h"
#include "kernel/state.h"
#include "run/instance.h"

/* After a publish of `config`. What cannot be done is warned of, and false: a part is
 * missing. The lock is the caller's. */
bool sw_announce_publish(const struct sw_instance *instance, const struct sw_state *state,
			 const struct sw_config *config);

/* After a change of live zombies. *next_ms: in how many milliseconds the next of those
 * that are announced ends; ~0: none does. NULL is fine. */
bool sw_announce_again(const struct sw_instance *instance, const struct sw_state *state,
		       __u64 *next_ms);

/* Nothing is announced any more. */
bool sw_announce_withdraw(const struct sw_instance *instance);

#endif
