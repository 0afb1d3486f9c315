/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose a state directory is. Lists, live zombies, and generations by their numbers are of one
 * instance: another would put them in force as its own, and overwrite what is kept.
 */
#ifndef SPAMWEIR_RUN_TENANT_H
#define SPAMWEIR_RUN_TENANT_H

#include "base/error.h"
#include "run/instance.h"
#include "store/store.h"

/* -EBUSY if another instance that is loaded has published from it. Of what is unloaded, of a copy
 * of a state directory, and of what this mount namespace does not have, nothing is known. NULL is
 * fine. */
int sw_tenant_check(const struct sw_instance *instance, struct sw_store *store,
		    struct sw_error *error);

/* Says that it is this one's, which is loaded. */
void sw_tenant_move_in(const struct sw_instance *instance, struct sw_store *store);

#endif
