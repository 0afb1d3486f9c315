/* SPDX-License-Identifier: GPL-2.0 */
/* Putting a config in force: read, compile, publish, attach. */
#ifndef SPAMWEIR_RUN_APPLY_H
#define SPAMWEIR_RUN_APPLY_H

#include "base/error.h"
#include "config/schema.h"
#include "run/instance.h"

/* What is in force now. */
struct sw_apply_result {
	struct sw_config *config; /* the caller's, to be freed by sw_config_free */
	bool partial;		  /* a part of it is missing, and stderr names it */
	__u64 generation;
	__u64 again_ms; /* after which a routing table is to be read again; 0: none is */
};

/* All of these publish what a rollback holds, if one does (run/history.h). On failure
 * what ran before runs on, and *result is empty. `result` may be NULL. */

/* `reload`: a new generation for the programs that are attached. Loads them
 * anew only if the tables have outgrown them. */
int sw_reload(const struct sw_instance *instance, struct sw_apply_result *result,
	      struct sw_error *error);

enum {
	SW_APPLY_LOAD = 1,    /* `load`: puts programs on the configured NICs, too */
	SW_APPLY_TRY = 2,     /* never wait for the lock: -EAGAIN if it is held */
	SW_APPLY_MEND = 4,    /* where a load was interrupted, load, with NICs shared as they are */
	SW_APPLY_ANEW = 8,    /* what a rollback holds is held no longer */
	SW_APPLY_SETTLE = 16, /* nothing is on trial any more */
	SW_APPLY_BACK = 32,   /* the end of a claimed trial: -ECANCELED if that is dealt with */
};

/* `load` or `reload`, with a config that was read, which is taken over; NULL: it is read. */
int sw_apply_config(const struct sw_instance *instance, struct sw_config *config, unsigned how,
		    struct sw_apply_result *result, struct sw_error *error);

/* A generation that is kept; it is held from then on. If that fails, all is as it was. */
int sw_apply_kept(const struct sw_instance *instance, __u64 generation, unsigned how,
		  struct sw_apply_result *result, struct sw_error *error);

/* `reload`, after a person has looked at the file of one feed, which is then taken
 * however much it lists and has changed. */
int sw_reload_accepting(const struct sw_instance *instance, const char *feed,
			struct sw_apply_result *result, struct sw_error *error);

#endif
