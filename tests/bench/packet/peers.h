/* SPDX-License-Identifier: GPL-2.0 */
/* What spamweir is measured against, filled with the same lists. */
#ifndef SPAMWEIR_BENCH_PEERS_H
#define SPAMWEIR_BENCH_PEERS_H

#include "draw.h"

struct limit_bpf;

/* Programs, as fds; -1: there is none. */
struct bench_peers {
	int pass;
	int parse;
	int lpm;
	int filter; /* xdp-filter */
	int limit;
	int limit_noted;
	int limit_read;
	struct limit_bpf *limit_object;
};

/* Those that need no lists. */
void bench_peers_bare(struct bench_peers *peers);

/* Tries, and xdp-filter where it is installed. */
void bench_peers_fill(const struct bench_lists *lists, struct bench_peers *peers);

/* See limit.bpf.c, of all of them. Made anew, its tables lie elsewhere in memory. */
void bench_peers_fill_limit(const struct bench_lists *lists, struct bench_peers *peers);
void bench_peers_end_limit(struct bench_peers *peers);

/* Whether the limit program takes for listed what is near something listed. */
void bench_peers_limit_lists(const struct bench_peers *peers, bool listed);

#endif
