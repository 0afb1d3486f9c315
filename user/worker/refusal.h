/* SPDX-License-Identifier: GPL-2.0 */
/* What servers and proxies say in place of a list, for people. */
#ifndef SPAMWEIR_WORKER_REFUSAL_H
#define SPAMWEIR_WORKER_REFUSAL_H

#include "worker/secrets.h"

/* A URL that a server has named: without a name and password, and without what is behind
 * '?', by which stores of files know whom they let in. Returns `out`. */
char *sw_shown_url(char *out, size_t room, const char *url);

/* A status other than 200 and 304. `retry_after_s`: 0 if it was not said. `known`: the server
 * was told what is in `secrets`. -EIO with `error` set. */
int sw_refused_by_server(const char *url, unsigned status, unsigned long long retry_after_s,
			 const struct sw_secrets *secrets, bool known, struct sw_error *error);

int sw_refused_by_proxy(const char *url, long status, const struct sw_secrets *secrets,
			struct sw_error *error);

#endif
