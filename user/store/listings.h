/* SPDX-License-Identifier: GPL-2.0 */
/* Listings of those who have no address now, until they have one again. */
#ifndef SPAMWEIR_STORE_LISTINGS_H
#define SPAMWEIR_STORE_LISTINGS_H

#include "base/held.h"
#include "store/zombies.h"

struct sw_listing {
	char account[SW_ACCOUNT_MAX];
	__u8 had;		      /* the length of the prefix that he had it from */
	struct sw_kept_zombie zombie; /* at the last address */
};

/* Keeps one, in place of what is there of this account and prefix. */
int sw_listing_put(struct sw_store *store, const struct sw_listing *listing,
		   struct sw_error *error);
int sw_listing_drop(struct sw_store *store, const struct sw_listing *listing,
		    struct sw_error *error);

/* All; `visit` may not write. Not 0 stops and is returned. */
int sw_listings_each(struct sw_store *store,
		     int (*visit)(void *ctx, const struct sw_listing *listing), void *ctx,
		     struct sw_error *error);

#endif
