/* SPDX-License-Identifier: GPL-2.0 */
/* The child that fetches: one list, from its URL to a pipe. */
#ifndef SPAMWEIR_WORKER_TRANSFER_H
#define SPAMWEIR_WORKER_TRANSFER_H

#include "feed/fetched.h"
#include "worker/child.h"
#include "worker/http.h"

struct sw_transfer {
	const struct sw_feed_config *feed;
	const char *state_dir;
	const struct sw_fetch_state *before; /* whose etag and date are sent; NULL: none */
	int pipe;			     /* for the list */
};

extern const struct sw_child_kind sw_kind_transfer;

int sw_transfer_start(const struct sw_transfer *transfer, struct sw_child *child,
		      struct sw_error *error);

/* Waits until all has come, or will not. Texts are safe to print. -ECHILD,
 * -ETIMEDOUT, -EBADMSG with `error` set; else the child's own `err` tells. */
int sw_transfer_take(struct sw_child *child, struct sw_transferred *transferred,
		     struct sw_error *error);

#endif
