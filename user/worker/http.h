/* SPDX-License-Identifier: GPL-2.0 */
/* HTTP as the fetching child does it. */
#ifndef SPAMWEIR_WORKER_HTTP_H
#define SPAMWEIR_WORKER_HTTP_H

#include "feed/fetched.h"

struct sw_http;

/* How it went: all that the child says of itself. */
struct sw_transferred {
	int err;	     /* 0 or -errno */
	__u32 status;	     /* HTTP; 0: no answer, or another protocol */
	__u32 unchanged;     /* 1: what was fetched before is what there is */
	__u64 size;	     /* bytes, once decompressed */
	__u64 modified_s;    /* Unix time, as the server says; 0: it does not */
	__u64 retry_after_s; /* 0: the server does not say */
	char etag[SW_ETAG_MAX], modified[SW_HTTP_DATE_MAX];
	struct sw_error error;
};

/* Loads what a confined process could not: libcurl, certificates, headers and
 * credentials. `before` may be NULL. It lives as long as the process. -errno. */
int sw_http_prepare(const struct sw_feed_config *feed, const struct sw_fetch_state *before,
		    struct sw_http **http, struct sw_error *error);

/* Fetches into SW_CHILD_PIPE, and says in *said what came of it. */
void sw_http_fetch(struct sw_http *http, struct sw_transferred *said);

#endif
