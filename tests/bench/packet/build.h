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

#define BENCH_SIZES 3

struct bench_build {
	const char *path; /* of its host */
	FILE *to, *from;
	int program[BENCH_SIZES];
};

/* Starts PATH, to load lists of so many prefixes (up to BENCH_SIZES sizes). */
void bench_build_start(struct bench_build *build, const char *path, const size_t *sizes,
		       size_t count);

/* Waits until they are loaded. */
void bench_build_await(struct bench_build *build, size_t count);

/* See bench_product_limit(). */
void bench_build_limit(struct bench_build *build, size_t index, __u32 burst);

#endif
