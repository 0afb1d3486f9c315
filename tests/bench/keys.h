/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses that a benchmark's frames carry, in network byte order. */
#ifndef SPAMWEIR_BENCH_KEYS_H
#define SPAMWEIR_BENCH_KEYS_H

#include <linux/types.h>

#define BENCH_STREAM (1 << 20)

struct bench_key4 {
	__u32 src;
	__u32 dst;
};

struct bench_key6 {
	__u64 src[2];
	__u64 dst[2];
};

struct bench_stream {
	union {
		struct bench_key4 key4[BENCH_STREAM];
		struct bench_key6 key6[BENCH_STREAM];
	};
};

#endif
