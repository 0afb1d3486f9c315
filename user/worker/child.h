/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A confined child: fork(2) without exec. So a feed's configuration is there as it
 * is, and nothing has to be passed and parsed again. What fork would leave in its
 * hands is taken from it: descriptors are closed, shared memory is unmapped, and a
 * secret is read by the one child that needs it and never by its parent.
 */
#ifndef SPAMWEIR_WORKER_CHILD_H
#define SPAMWEIR_WORKER_CHILD_H

#include <sys/types.h>

#include "base/error.h"
#include "worker/sandbox.h"

/* The only descriptors of a child, beside /dev/null. */
#define SW_CHILD_OUT 3	/* to its parent */
#define SW_CHILD_PIPE 4 /* `pipe` of its order */

struct sw_child_order {
	struct sw_sandbox sandbox;
	int pipe; /* -1: none */
	/* What needs the rights of the parent; may be NULL. 0 or -errno. */
	int (*prepare)(void *ctx, struct sw_error *error);
	void (*work)(void *ctx); /* confined; then the child ends */
	void *ctx;
};

struct sw_child {
	pid_t pid;   /* 0: none */
	int out;     /* what it sends */
	__u64 until; /* CLOCK_MONOTONIC in ms: then it is killed */
};

#define SW_NO_CHILD ((struct sw_child){ .out = -1 })

/* Starts one, for `seconds` at most, and waits until it is confined. -errno. */
int sw_child_start(const struct sw_child_order *order, __u32 seconds, struct sw_child *child,
		   struct sw_error *error);

/* The same in two steps. Whoever began ends the child, whether it says that it is well. */
int sw_child_begin(const struct sw_child_order *order, __u32 seconds, struct sw_child *child,
		   struct sw_error *error);
int sw_child_hear(struct sw_child *child, struct sw_error *error);

/* Reads what the child sends, all of `size` bytes. What fails before it works, and
 * why, comes as the `error`. -ETIMEDOUT; -ECHILD: it died, `error` says how. */
int sw_child_read(struct sw_child *child, void *to, size_t size, struct sw_error *error);

/* The child's side: all of it, or the end, for nobody is there to read. */
void sw_child_send(const void *from, size_t size);

/* It is killed if it still lives. May be called again. */
void sw_child_end(struct sw_child *child);

#endif
