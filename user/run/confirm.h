/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A publish on trial: what was in force before comes back unless somebody
 * confirms. A process of its own sees to that, which outlives shell, terminal and
 * daemon and has the previous generation open. If it is killed, or the machine
 * booted, the store knows, and the daemon or the next command that changes
 * something does it.
 */
#ifndef SPAMWEIR_RUN_CONFIRM_H
#define SPAMWEIR_RUN_CONFIRM_H

#include "run/apply.h"
#include "store/store.h"

struct sw_trial {
	__u64 back;	   /* the generation to go back to; 0: nothing is on trial */
	__u64 left_ms;	   /* until then; 0: it is overdue */
	bool rolling_back; /* it has begun, and cannot be confirmed any more */
};

/* Publishes like sw_apply_config with SW_APPLY_ANEW, on trial. -ENOENT if nothing is
 * in force, or not kept, that it could go back to. */
int sw_confirm_begin(const struct sw_instance *instance, __u64 duration_ns, unsigned how,
		     struct sw_apply_result *result, struct sw_trial *trial,
		     struct sw_error *error);

/* What is on trial. 0 and .back 0 if nothing is, or there is no store. */
int sw_confirm_look(const struct sw_instance *instance, struct sw_trial *trial,
		    struct sw_error *error);

/* The same of a store that is open. */
int sw_confirm_look_in(struct sw_store *store, struct sw_trial *trial, struct sw_error *error);

/* It stays. -ENOENT: nothing is on trial; -ETIME: too late. */
int sw_confirm(const struct sw_instance *instance, struct sw_trial *trial, struct sw_error *error);

/* Nothing is on trial any more, for something else was published. */
void sw_confirm_cancel(const struct sw_instance *instance);

/* Goes back if that is overdue, and says so. */
void sw_confirm_enforce(const struct sw_instance *instance);

#endif
