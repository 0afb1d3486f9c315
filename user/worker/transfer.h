/* SPDX-License-Identifier: GPL-2.0 */
/* The child that fetches: one list, from its URL to a pipe. */
#ifndef SPAMWEIR_WORKER_TRANSFER_H
#define SPAMWEIR_WORKER_TRANSFER_H

#include "feed/fetched.h"
#include "worker/child.h"

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

struct sw_transfer {
	const struct sw_feed_config *feed;
	const char *state_dir;
	const struct sw_fetch_state *before; /* whose etag and date are sent; NULL: none */
	int pipe;			     /* for the list */
};

int sw_transfer_start(const struct sw_transfer *transfer, struct sw_child *child,
		      struct sw_error *error);

/* Waits until all has come, or will not. Texts are safe to print. -ECHILD,
 * -ETIMEDOUT, -EBADMSG with `error` set; else the child's own `err` tells. */
int sw_transfer_take(struct sw_child *child, struct sw_transferred *transferred,
		     struct sw_error *error);

#endif
