/* SPDX-License-Identifier: GPL-2.0 */
/* The lists of subscribers, taken into the store. */
#ifndef SPAMWEIR_RUN_SUBSCRIBERS_H
#define SPAMWEIR_RUN_SUBSCRIBERS_H

#include "config/schema.h"
#include "store/store.h"

/* Reads what is new in the files of all sources, and removes what is older than `keep`.
 * A source that cannot be read keeps what is known of it, has that in the store, and is
 * warned of once. -errno of the store. */
int sw_subscribers_update(struct sw_store *store, const struct sw_config *config,
			  struct sw_error *error);

#endif
