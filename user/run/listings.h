/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies follow their subscribers: a listing is of somebody, and his address changes. */
#ifndef SPAMWEIR_RUN_LISTINGS_H
#define SPAMWEIR_RUN_LISTINGS_H

#include "config/schema.h"
#include "run/instance.h"
#include "store/store.h"

/* What is listed at an address that another has now is lifted there, and goes on, until it
 * would have ended, at the address that its subscriber has instead, once he has one. Where
 * nobody has the old one, or nobody knows whose it was, it stays. Looks only if lists of
 * subscribers or listings have changed. Waits for the lock if there is something to do.
 * -errno of the store. */
int sw_listings_follow(const struct sw_instance *instance, const struct sw_config *config,
		       struct sw_store *store, struct sw_error *error);

#endif
