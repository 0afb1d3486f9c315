/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A confined child: fork(2) without exec. So what it is to know is there as it is. What
 * fork would leave in its hands is taken from it: descriptors are closed, shared memory is
 * unmapped, and a secret is read by the one child that needs it and never by its parent.
 *
 * A process that may not do that, such as the daemon under its systemd unit, has another
 * do it: see remote.h. Then what the child is to know is carried there.
 */
#ifndef SPAMWEIR_WORKER_CHILD_H
#define SPAMWEIR_WORKER_CHILD_H

#include <sys/types.h>

#include "base/error.h"
#include "worker/order.h"

/* The only descriptors of a child, beside /dev/null. */
#define SW_CHILD_OUT 3	/* to its parent */
#define SW_CHILD_PIPE 4 /* `pipe` of its order */

struct sw_child {
	pid_t pid;   /* 0: none, or of another process */
	int out;     /* what it sends */
	__u64 until; /* CLOCK_MONOTONIC in ms: then it is killed */
	int remote;  /* connection to that other process, which ends the child with it; -1 */
};

#define SW_NO_CHILD ((struct sw_child){ .out = -1, .remote = -1 })

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

/* A process that was forked by `parent` becomes the child, of which `out` is read. With
 * `err` it is none, and `error` says why. */
void sw_child_live(const struct sw_child_order *order, int out, pid_t parent, int err,
		   const struct sw_error *error) __attribute__((noreturn));

/* It is killed if it still lives. May be called again. */
void sw_child_end(struct sw_child *child);

#endif
