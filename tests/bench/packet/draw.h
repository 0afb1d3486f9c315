/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of random prefixes, and addresses that are listed by them or are not.
 * They depend on nothing but their size: every build of spamweir that is
 * measured gets the same, and knows nothing of what is drawn.
 *
 * What fails ends the program: this is no library.
 */
#ifndef SPAMWEIR_BENCH_DRAW_H
#define SPAMWEIR_BENCH_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "near.h"

typedef unsigned __int128 bench_u128;

/* Feeds, in their order. */
enum bench_kind {
	BENCH_CNC_FEED,
	BENCH_ZOMBIE_FEED,
	BENCH_KINDS
};

/* In host byte order; of IPv4 the upper 32 bits are used. */
struct bench_prefix {
	bench_u128 address;
	__u8 length;
};

struct bench_list {
	bool ipv6;
	struct bench_prefix *prefix; /* sorted; one may lie within another */
	size_t count;
	bench_u128 *end; /* last address of the prefixes up to here */
	__u64 *near;	 /* bitmap: see near.h */
};

/* `prefixes` of C&C for IPv4; a quarter of it for IPv6, and as many zombies of
 * either family. */
struct bench_lists {
	size_t prefixes;
	struct bench_list v4[BENCH_KINDS];
	struct bench_list v6[BENCH_KINDS];
};

/* Begins a sequence of random numbers, and with it those of what follows. */
void bench_draw_lists(size_t prefixes, struct bench_lists *out);

bench_u128 bench_draw_clean(const struct bench_lists *lists, bool ipv6);
/* Clean, and something else in its /24 (/32) is listed as C&C or nothing is. */
bench_u128 bench_draw_clean_near(const struct bench_lists *lists, bool ipv6, bool near);
/* Listed as that, a zombie not as C&C too. */
bench_u128 bench_draw_listed(const struct bench_lists *lists, bool ipv6, enum bench_kind kind);

__u64 bench_random(void);
void *bench_alloc(size_t count, size_t size);
void bench_die(const char *what) __attribute__((noreturn));

#endif
