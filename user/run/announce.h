/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was found out here, as routes that others can learn. The table is made whole from
 * what is in force, and then follows what changes. It is noted of what it was made: whoever
 * was killed in between has left nothing that the next one does not put right.
 */
#ifndef SPAMWEIR_RUN_ANNOUNCE_H
#define SPAMWEIR_RUN_ANNOUNCE_H

#include "config/schema.h"
#include "kernel/state.h"
#include "run/announce_change.h"
#include "run/instance.h"

/* After a publish of `config`. What cannot be done is warned of, and false: a part is
 * missing. The lock is the caller's. */
bool sw_announce_publish(const struct sw_instance *instance, const struct sw_state *state,
			 const struct sw_config *config);

/* After a publish that has no part in what is announced: what the table was made of goes on in
 * the generation that follows. false: it is to be made whole, as after any publish. */
bool sw_announce_goes_on(const struct sw_instance *instance, const struct sw_config *config,
			 __u64 follows, __u64 generation);

/* Makes it whole again. *next_ms: in how many milliseconds the next of those that are
 * announced ends; ~0: none does. NULL is fine. The lock is the caller's. */
bool sw_announce_again(const struct sw_instance *instance, const struct sw_state *state,
		       __u64 *next_ms);

/* The same after such a change, and of nothing else where that will do. */
bool sw_announce_changed(const struct sw_instance *instance, const struct sw_state *state,
			 const struct sw_announce_change *change);

/* The daemon has heard that the datapath has listed some, or, with `all`, that anything
 * else may have changed. Does not wait for the lock: -EAGAIN if it is held. */
int sw_announce_heard(const struct sw_instance *instance, bool all);

/* After a change of cases by hand. Waits for the lock. */
void sw_announce_cases(const struct sw_instance *instance);

/* Nothing is announced any more. */
bool sw_announce_withdraw(const struct sw_instance *instance);

#endif
