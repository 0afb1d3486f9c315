/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Builds of spamweir, each kept loaded by a process of its own code (host.c),
 * for contracts differ between revisions. Their programs run here: all behind
 * the same streams, in turns, whichever build they are of.
 */
#ifndef SPAMWEIR_BENCH_BUILD_H
#define SPAMWEIR_BENCH_BUILD_H

#include <linux/types.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "product.h"

#define BENCH_SIZES 3

struct bench_build {
	const char *path; /* of its host */
	pid_t host;
	FILE *to, *from;
	int program[BENCH_SIZES];
	int variant[BENCH_VARIANTS]; /* with lists of the last size; -1: there is none */
};

/* Starts its host, to load lists of BENCH_SIZES sizes. */
void bench_build_start(struct bench_build *build, const size_t sizes[BENCH_SIZES]);

/* Waits until they are loaded. */
void bench_build_await(struct bench_build *build);

/* Ends its host: the next one's tables lie elsewhere in memory. */
void bench_build_stop(struct bench_build *build);

/* See bench_product_limit() and those behind it. */
void bench_build_limit(struct bench_build *build, size_t index, __u32 burst);
void bench_build_brake(struct bench_build *build, size_t index, bool brakes);
void bench_build_suspects(struct bench_build *build, size_t index, bool suspects);

#endif
