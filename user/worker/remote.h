/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Children that another process starts, `spamweir worker`: it has the rights that this takes
 * and the network, and nothing of the datapath; who asks it needs none of these. Each child is
 * a connection of its own to its socket of the type SOCK_SEQPACKET:
 *
 *   a request, with the descriptors of the order (in the form of wire.h), of the pipe into
 *   which the child sends, and of its pipe if it has one;
 *   an answer: it is begun, or why not. One that does not come is awaited for 30 s, and for
 *   1 s the next time, so that many lists that are not read do not cost as many times that;
 *   an answer: how it ended. A connection that closes ends the child.
 *
 * What the child sends goes to who asked and nobody else.
 */
#ifndef SPAMWEIR_WORKER_REMOTE_H
#define SPAMWEIR_WORKER_REMOTE_H

#include <linux/types.h>
#include <sys/types.h>

#include "worker/order.h"

#define SW_REMOTE_DESCRIPTORS 3

struct sw_remote_request {
	char version[64]; /* sw_version of who asks */
	char kind[16];	  /* "": nothing is to begin; who asks wants to know whether it is there */
	__u32 seconds;	  /* that the child has */
	__u32 pipe;	  /* 1: it has one */
};

struct sw_remote_answer {
	int err;
	int status; /* of waitpid(2), once it has ended */
	pid_t pid;  /* of the worker, which answers */
	struct sw_error error;
};

/* From now on this process's children, and those of its children, are started by who
 * listens at `path`, and if nobody does, by nobody; NULL, "": by themselves. `path` is the
 * caller's. */
void sw_remote_use(const char *path);
bool sw_remote_used(void);

/* Has one begun that sends into `out`. *connection is the caller's. -errno. */
int sw_remote_begin(const struct sw_child_order *order, __u32 seconds, int out, int *connection,
		    struct sw_error *error);

/* Whether who listens at `path` would do that for this build, and which process it says that
 * it is. -errno. */
int sw_remote_look(const char *path, pid_t *pid, struct sw_error *error);

/* How it ended, for `milliseconds` at most: the status of waitpid(2). -ECHILD: nobody knows. */
int sw_remote_ended(int connection, int milliseconds, int *status);

#endif
