/* SPDX-License-Identifier: GPL-2.0 */
/* Who behaved like a mail server: what conduct knows for two windows only. */
#ifndef SPAMWEIR_STORE_SERVING_H
#define SPAMWEIR_STORE_SERVING_H

#include "base/prefix.h"
#include "store/store.h"

#define SW_SERVING_KEPT_MS (31LL * 86400000)
#define SW_SERVING_MOST 100000 /* rows; when there are more, the oldest go */

struct sw_serving {
	struct sw_prefix address; /* of IPv6 a prefix */
	bool remote;		  /* it is no subscriber's */
	__s64 first_ms, last_ms;  /* Unix milliseconds */
	char sentence[256];	  /* how it sent, when that was seen last; safe to print */
};

/* In a transaction: notes that it is so at `last_ms`. -errno, as all below. */
int sw_serving_note(struct sw_store *store, const struct sw_serving *serving,
		    struct sw_error *error);

/* Visits those seen after that. Not 0 stops and is returned. */
int sw_serving_each(struct sw_store *store, __s64 since_ms,
		    int (*visit)(void *ctx, const struct sw_serving *serving), void *ctx,
		    struct sw_error *error);

/* In a transaction: removes what is too old, and more than there may be. */
int sw_serving_expire(struct sw_store *store, __s64 now_ms, struct sw_error *error);

#endif
