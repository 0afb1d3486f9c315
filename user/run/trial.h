/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is on trial, as the store has it: what comes back, and when, unless somebody
 * confirms. The end is counted since boot; a boot is one.
 */
#ifndef SPAMWEIR_RUN_TRIAL_H
#define SPAMWEIR_RUN_TRIAL_H

#include <stdbool.h>

#include "run/instance.h"
#include "store/store.h"

struct sw_trial {
	__u64 back;	   /* the generation to go back to; 0: nothing is on trial */
	__u64 left_ms;	   /* until then; 0: it is overdue */
	bool rolling_back; /* it has begun, and cannot be confirmed any more */
};

/* The same as it is written down. */
struct sw_trial_note {
	__s64 back;
	__s64 due_ms; /* since boot */
	__s64 load;   /* it goes back as `load` does, not `reload` */
	__s64 rolling;
	char boot[64]; /* which one; sw_trial_note_boot() */
};

/* -errno. */
int sw_trial_note_boot(struct sw_trial_note *note);
struct sw_trial sw_trial_of(const struct sw_trial_note *note);

/* What is written down; all zero if nothing is, or there is no store. */
int sw_trial_read(const struct sw_instance *instance, struct sw_trial_note *note,
		  struct sw_error *error);
int sw_trial_write(const struct sw_instance *instance, const struct sw_trial_note *note,
		   struct sw_error *error);

/* What is on trial. 0 and .back 0 if nothing is, or there is no store. */
int sw_trial_look(const struct sw_instance *instance, struct sw_trial *trial,
		  struct sw_error *error);

/* The same of a store that is open. */
int sw_trial_look_in(struct sw_store *store, struct sw_trial *trial, struct sw_error *error);

/* It stays. -ENOENT: nothing is on trial; -ETIME: too late. */
int sw_trial_confirm(const struct sw_instance *instance, struct sw_trial *trial,
		     struct sw_error *error);

/* Nothing is on trial any more, for something else was published: called with the lock
 * held, so that what goes back finds that out when it has that. The generation that would
 * have come back, or 0. */
__u64 sw_trial_end(const struct sw_instance *instance);

/* What is overdue is the caller's from now on, and cannot be confirmed. -ECANCELED: nothing
 * is. */
int sw_trial_claim(const struct sw_instance *instance, struct sw_trial_note *note);

/* Whether somebody has published, or gone back, since it was claimed. With the lock held that
 * stays true. */
bool sw_trial_is_dealt_with(const struct sw_instance *instance, __u64 back);

#endif
