/* SPDX-License-Identifier: GPL-2.0 */
/* The store, for those that go on without it. */
#ifndef SPAMWEIR_RUN_REMEMBER_H
#define SPAMWEIR_RUN_REMEMBER_H

#include "run/instance.h"
#include "store/store.h"

/* The store, or NULL with a warning that `lost` is. `flags` of sw_store_open. */
struct sw_store *sw_remember(const struct sw_instance *instance, int flags, const char *lost);

/* A write failed: warns likewise, undoes the transaction and closes the store.
 * Returns NULL, for the caller's pointer. */
struct sw_store *sw_remember_no_more(struct sw_store *store, const struct sw_error *error,
				     const char *lost);

#endif
