/* SPDX-License-Identifier: GPL-2.0 */
/* HTTP as the fetching child does it. */
#ifndef SPAMWEIR_WORKER_HTTP_H
#define SPAMWEIR_WORKER_HTTP_H

#include "worker/transfer.h"

struct sw_http;

/* Loads what a confined process could not: libcurl, certificates, headers and
 * credentials. `before` may be NULL. It lives as long as the process. -errno. */
int sw_http_prepare(const struct sw_feed_config *feed, const struct sw_fetch_state *before,
		    struct sw_http **http, struct sw_error *error);

/* Fetches into SW_CHILD_PIPE, and says in *said what came of it. */
void sw_http_fetch(struct sw_http *http, struct sw_transferred *said);

#endif
