/* SPDX-License-Identifier: GPL-2.0 */
/* Whose an address is, and was. */
#ifndef SPAMWEIR_STORE_SUBSCRIBERS_H
#define SPAMWEIR_STORE_SUBSCRIBERS_H

#include "base/held.h"
#include "store/store.h"

#define SW_ANY_PORT (-1)

struct sw_subscriber {
	char account[SW_ACCOUNT_MAX];
	char source[32];
	struct sw_prefix prefix; /* what he has, which the address is in */
	__u16 port_first, port_last;
	__s64 since_ms; /* Unix milliseconds */
	__s64 until_ms; /* SW_FOREVER_MS: none was told */
	bool shared;	/* others have other ports of it: which of them it was is not known */
};

/* Who had `address`, an address or a prefix, at `time_ms`: of the longest prefix that
 * holds it, the one who got it last. `port` of a translator's address, or SW_ANY_PORT. An
 * account that is itself an address of another list is followed to whose that is. 1, or 0:
 * not known. */
int sw_subscriber_at(struct sw_store *store, const struct sw_prefix *address, int port,
		     __s64 time_ms, struct sw_subscriber *out, struct sw_error *error);

/* What an account has now, of the family of what he had: a prefix of the same length if he
 * has one, of these what he got last. 1, or 0: nothing. */
int sw_subscriber_has(struct sw_store *store, const char *account, const struct sw_prefix *had,
		      __s64 now_ms, struct sw_prefix *out, struct sw_error *error);

#endif
