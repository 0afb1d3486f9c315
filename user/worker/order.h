/* SPDX-License-Identifier: GPL-2.0 */
/* What a child is to do, whoever starts it. */
#ifndef SPAMWEIR_WORKER_ORDER_H
#define SPAMWEIR_WORKER_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "worker/sandbox.h"
#include "worker/wire.h"

/* Children that do the same. */
struct sw_child_kind {
	const char *name;
	size_t size; /* of `ctx`, which is all zero before it is carried to another process */
	void (*carry)(struct sw_wire *wire, void *ctx);
	/* What needs the rights of the parent; may be NULL. 0 or -errno. */
	int (*prepare)(void *ctx, struct sw_error *error);
	void (*work)(void *ctx); /* confined; then the child ends */
	bool unconfined;	 /* what it does is the operator's: it is not confined */
};

struct sw_child_order {
	const struct sw_child_kind *kind;
	struct sw_sandbox sandbox;
	int pipe; /* -1: none */
	void *ctx;
};

#endif
