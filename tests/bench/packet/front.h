/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in front of each program: a frame that takes other addresses each
 * time (see stream.bpf.c). */
#ifndef SPAMWEIR_BENCH_FRONT_H
#define SPAMWEIR_BENCH_FRONT_H

#include "scenario.h"

#define BENCH_CPUS 2

struct stream_bpf;

struct bench_front {
	const struct bench_scenario *scenario;
	struct bench_frame frame;
	struct bench_frame plain;	    /* that the plain NIC gets */
	struct stream_bpf *plain_stream;    /* in front of that, if it is another frame */
	struct stream_bpf *cpu[BENCH_CPUS]; /* the second one if it runs twice */
};

/* Streams are large: one serves all of the `count` fronts in `others` that want
 * the same addresses. */
void bench_front_make(struct bench_front *front, const struct bench_scenario *scenario,
		      const struct bench_lists *lists, const struct bench_front *others,
		      size_t count);

/* For a NIC whose frames are not wrapped: as the following. */
double bench_front_run_plain(const struct bench_front *front, int program, unsigned repeats,
			     __u32 *verdict);

/* Runs a program (fd) `repeats` times: nanoseconds of the thread's CPU time for
 * each, and the last verdict. */
double bench_front_run(const struct bench_front *front, int cpu, int program, unsigned repeats,
		       __u32 *verdict);

#endif
