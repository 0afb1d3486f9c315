/* SPDX-License-Identifier: GPL-2.0 */
/* Publishes on record; the last few are kept whole, too (archive.h). */
#ifndef SPAMWEIR_RUN_HISTORY_H
#define SPAMWEIR_RUN_HISTORY_H

#include "run/archive.h"
#include "run/instance.h"
#include "store/store.h"

/* The generation that is held in force instead of what the configuration says, since
 * a rollback; 0: none. Without a store there is none. */
__u64 sw_history_held(const struct sw_instance *instance);

/* The same of a store that is open. -errno if it cannot be read. */
int sw_history_held_in(struct sw_store *store, __u64 *held, struct sw_error *error);

/* Holds one, or with 0 none: what is published from now on is made of it. */
int sw_history_hold(const struct sw_instance *instance, __u64 generation, struct sw_error *error);

/* Writes down what was published and keeps it; a warning if it cannot. */
void sw_history_note(const struct sw_instance *instance, const struct sw_published *published);

#endif
