/* SPDX-License-Identifier: GPL-2.0 */
/* How a process gives up what it may do, before it touches bytes from outside. */
#ifndef SPAMWEIR_WORKER_SANDBOX_H
#define SPAMWEIR_WORKER_SANDBOX_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

#define SW_WORKER_USER "spamweir" /* if there is one, else nobody */

struct sw_sandbox {
	bool network;
	__u64 memory;	  /* bytes of address space, beside what the process has by now */
	__u32 cpu_s;	  /* seconds of CPU */
	const char *root; /* directory that becomes its root; NULL: an empty one without a name */
};

/* Shared memory is unmapped, rlimits set, the root changed, user and groups those of
 * SW_WORKER_USER, capabilities dropped, system calls limited. Started by another user
 * than root, the user stays as he is, and the root directory if he may not change it; the
 * rest holds. It dies with `parent`. Descriptors are the caller's. -errno: then the process
 * has to end. */
int sw_sandbox_enter(const struct sw_sandbox *sandbox, pid_t parent, struct sw_error *error);

/* For a program of the operator's: it is whoever this process is, and without the
 * capabilities that another than root was given. It dies with `parent`. The same. */
int sw_sandbox_none(pid_t parent, struct sw_error *error);

#endif
