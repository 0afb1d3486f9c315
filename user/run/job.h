/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work that takes long, done by a child so that its parent can go on: one fork(2),
 * whose lines on stderr are the parent's and whose result comes by a pipe. The child
 * works on a copy of the parent's memory, and all that comes back is a struct
 * sw_job_result.
 */
#ifndef SPAMWEIR_RUN_JOB_H
#define SPAMWEIR_RUN_JOB_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct sw_job_result {
	int err; /* 0 or -errno; -ECHILD: it died, `error` says how */
	bool partial;
	__u64 count;
	__s64 until_ms;
	__u64 ends_s;
	__u64 again_ms;
	__u64 cpu_ms; /* that it took, with its own children; set by sw_job_end */
	struct sw_error error;
};

struct sw_job {
	pid_t pid;  /* 0: none is under way */
	int result; /* end of the pipe: readable once the job is done or dead; -1 */
};

#define SW_NO_JOB ((struct sw_job){ .result = -1 })

/* Starts `work` in a child, which inherits `ctx` as it is now, has the default
 * reactions to all signals and blocks none, and ends with `work`. */
int sw_job_start(struct sw_job *job, void (*work)(void *ctx, struct sw_job_result *result),
		 void *ctx, struct sw_error *error);

/* Takes the result, once `job->result` is readable. Then another job can be started. */
void sw_job_end(struct sw_job *job, struct sw_job_result *result);

/* Ends it by force. */
void sw_job_kill(struct sw_job *job);

#endif
