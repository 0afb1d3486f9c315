/* SPDX-License-Identifier: GPL-2.0 */
/* Bitmaps of where something is listed: a bit per /24, or per hash of a /32 of
 * IPv6. Drawing addresses and limit.bpf.c use them; spamweir does not. */
#ifndef SPAMWEIR_BENCH_NEAR_H
#define SPAMWEIR_BENCH_NEAR_H

#include <linux/types.h>

#define BENCH_NEAR4_BITS 24
#define BENCH_NEAR6_BITS 23

/* A cache line of limit.bpf.c's tables. */
struct bench_line {
	__u64 word[8];
} __attribute__((aligned(64)));

static inline __u32 bench_hash32(__u32 word)
{
	word *= 0x9e3779b1;
	word ^= word >> 15;
	return word * 0x85ebca77;
}

/* `address`: IPv4, in host byte order. */
static inline __u32 bench_near4_bit(__u32 address)
{
	return address >> (32 - BENCH_NEAR4_BITS);
}

/* `top`: the first 32 bits, in host byte order. */
static inline __u32 bench_near6_bit(__u32 top)
{
	return bench_hash32(top) >> (32 - BENCH_NEAR6_BITS);
}

#endif
