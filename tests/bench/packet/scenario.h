/* SPDX-License-Identifier: GPL-2.0 */
/* The cases that are measured. */
#ifndef SPAMWEIR_BENCH_SCENARIO_H
#define SPAMWEIR_BENCH_SCENARIO_H

#include "product.h"
#include "traffic.h"

/* In the order in which they take turns: those next to each other whose ratio is
 * of interest. BASE: the other build; LIMIT and LIMIT_...: see limit.bpf.c; NOTES_NOTHING: see
 * unnoted.bpf.c. */
enum bench_subject {
	BENCH_PARSE,
	BENCH_PASS,
	BENCH_LIMIT,
	BENCH_LIMIT_NOTED,
	BENCH_LIMIT_READ,
	BENCH_SPAMWEIR,
	BENCH_UNSUSPECTING, /* the same build, no suspects looked for */
	BENCH_PLAIN_NIC,    /* the same build on one with one role and without tunnels */
	BENCH_NOTES_NOTHING,
	BENCH_BASE,
	BENCH_LPM,
	BENCH_FILTER,
	BENCH_SUBJECTS,
};

#define BENCH_HAS(subject) (1U << (subject))

struct bench_scenario {
	const char *name;
	size_t prefixes;
	enum bench_addresses addresses;
	enum bench_payload payload;
	bool ipv6;
	enum bench_wrap wrap;
	bool own_variant; /* not the plain program, but: */
	enum bench_variant variant;
	bool unwrapped; /* the plain one gets the frame without what is in front */
	bool brakes;	/* see bench_product_brake() */
	bool suspects;	/* see bench_product_suspects() */
	bool main;	/* one of those that builds are compared by */
	bool twice;	/* also on two CPUs at once */
	__u32 burst;	/* of the limit; 0: any */
	__u32 verdict;	/* of all packets, or XDP_ABORTED: it varies */
	__u32 subjects; /* those measured */
};

extern const struct bench_scenario bench_scenarios[];
extern const size_t bench_scenario_count;

extern const char *const bench_subject_name[BENCH_SUBJECTS];

#endif
