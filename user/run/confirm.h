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
#include "run/trial.h"

/* Publishes like sw_apply_config with SW_APPLY_ANEW, on trial. -ENOENT if nothing is
 * in force, or not kept, that it could go back to. */
int sw_confirm_begin(const struct sw_instance *instance, __u64 duration_ns, unsigned how,
		     struct sw_apply_result *result, struct sw_trial *trial,
		     struct sw_error *error);

/* Goes back if that is overdue, and says so. */
void sw_confirm_enforce(const struct sw_instance *instance);

#endif
