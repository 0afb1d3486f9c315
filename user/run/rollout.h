/* SPDX-License-Identifier: GPL-2.0 */
/* What metrics tell, the pinned state and what is on disk of it together. */
#ifndef SPAMWEIR_RUN_ROLLOUT_H
#define SPAMWEIR_RUN_ROLLOUT_H

#include "report/snapshot.h"
#include "run/instance.h"
#include "run/trial.h"

/* What a rollback holds in force, and what is on trial: 0, and .back 0, if nothing is or
 * the store, which may be NULL, cannot tell. */
void sw_rollout_look(struct sw_store *store, __u64 *held, struct sw_trial *trial);

/* As sw_snapshot_take, with .rollout; if the disk cannot be read that is not known,
 * and `missing` says why. */
int sw_rollout_take(const struct sw_instance *instance, struct sw_snapshot **out,
		    struct sw_error *missing, struct sw_error *error);

/* All metrics to a textfile. */
int sw_rollout_write(const struct sw_instance *instance, const char *path, struct sw_error *missing,
		     struct sw_error *error);

#endif
