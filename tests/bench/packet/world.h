/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies of random prefixes, in the real datapath and in what it is compared
 * with. Everything is drawn from one generator that always starts alike. What
 * fails ends the program: this is no library.
 */
#ifndef SPAMWEIR_BENCH_WORLD_H
#define SPAMWEIR_BENCH_WORLD_H

#include "kernel/datapath.h"
#include "peers.skel.h"
#include "policy/rules.h"
#include "spamweir.skel.h"
#include "table6.h"

struct bench_world {
	size_t prefixes; /* IPv4; IPv6 a quarter of it; as many zombies as IPv6 prefixes */
	struct sw_rules rules;
	struct sw_layout layout;
	struct sw_generation generation;
	struct spamweir_bpf *datapath;
	struct peers_bpf *tries; /* NULL: not filled */
	int filter;		 /* xdp-filter's program with the list; -1: none */
};

void bench_die(const char *what) __attribute__((noreturn));
__u64 bench_random(void);

/* With `peers`, the tries are filled too, and xdp-filter where it is installed. */
void bench_world_make(struct bench_world *world, size_t prefixes, bool peers);

/* `burst` new connections a source, then one in two seconds. */
void bench_world_limit(struct bench_world *world, __u32 burst);

/* Addresses in host byte order. Clean: listed by nothing; touched, for IPv4:
 * something else in the /24 is listed. */
__u32 bench_clean4(const struct bench_world *world, bool touched);
__u32 bench_listed4(const struct bench_world *world, enum sw_kind kind);
struct sw_in6 bench_clean6(const struct bench_world *world);
struct sw_in6 bench_listed6(const struct bench_world *world, enum sw_kind kind);

#endif
