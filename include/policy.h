/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One generation of policy: settings and compiled tables in one piece of
 * memory behind one pointer, so that a single swap replaces all of it.
 *
 *	struct sw_policy	settings, and per set the tables of fixed size
 *	sw_leaf4[leaves]	shared by both sets
 *	sw_dir6[2][buckets]	one directory a set
 *	sw_bound6[bounds]	shared by both sets
 *
 * There are two sets: C&C, asked for every packet, and mail (zombie and allow
 * feeds), asked for SMTP only; a million listed zombies cost other traffic
 * nothing. The compiler has resolved all overlap: an address is listed by at
 * most one feed of a set.
 *
 * Finding an IPv4 address takes a bit test, and for one address in a listed
 * /24 a line and a leaf, one cache line each:
 *
 *	touched	 bit per /24: something in it is listed
 *	line	 per /16: which of its /24s have a leaf, and where; the others
 *		 that are touched are listed whole, by line.feed
 *	leaf	 per /24: bit per address; leaf.feed lists it, unless one of
 *		 the runs says otherwise
 *
 * Finding an IPv6 address takes two bit tests, and for one in a listed /32 its
 * directory way and a binary search over that /32's boundaries: the sorted
 * addresses at which the listing feed changes.
 *
 * The functions here run in the datapath and, unchanged, in the user side.
 * Addresses are in host byte order. A feed slot of 0 means "not listed".
 */
#ifndef SPAMWEIR_POLICY_H
#define SPAMWEIR_POLICY_H

#include "contract.h"

enum sw_set {
	SW_SET_CNC,
	SW_SET_MAIL,
	SW_SETS,
};

struct sw_line4 {
	__u64 leafed[4]; /* bit per /24 */
	__u32 first;	 /* leaf of the first /24 that has one */
	__u8 rank[4];	 /* leaves before each word of `leafed` */
	__u8 feed;
	__u8 pad[23];
};

#define SW_LEAF_RUNS 9
#define SW_LEAF_FULL_MAP 0xff /* in `runs`: see `map` */

struct sw_run4 {
	__u8 first;
	__u8 last;
	__u8 feed;
};

struct sw_leaf4 {
	__u64 listed[4]; /* bit per address */
	__u8 feed;
	__u8 runs;
	__u8 pad[2];
	union {
		struct sw_run4 run[SW_LEAF_RUNS];
		/* More runs than fit: the feed of each of the 256 addresses
		 * stands in the four leaves from this one on. */
		__u32 map;
	};
};

struct sw_table4 {
	__u64 touched[(1 << 24) / 64];
	struct sw_line4 line[1 << 16];
};

/* The feed of all addresses from {top, mid, low} to the next boundary; `top`,
 * the first 32 bits, is the directory way's. */
struct sw_bound6 {
	__u64 mid; /* bits 32 to 95 */
	__u32 low; /* bits 96 to 127 */
	__u8 feed;
	__u8 pad[3];
};

struct sw_way6 {
	__u32 top;
	__u32 first; /* boundary */
	__u32 count : 24;
	__u32 feed : 8; /* of what lies before the first boundary */
	__u32 used;
};

#define SW_SPAN6_STEPS 24 /* of a search: `count` has as many bits */
#define SW_DIR6_WAYS 4
#define SW_DIR6_PROBES 8 /* buckets that a way may lie behind its own */
#define SW_TOUCHED6_BITS 23

struct sw_dir6 {
	struct sw_way6 way[SW_DIR6_WAYS];
};

struct sw_table6 {
	__u64 touched[(1 << SW_TOUCHED6_BITS) / 64]; /* bit per hashed /32 */
	__u64 wide[(1 << 16) / 64];		     /* bit per /16 that a prefix shorter than /32 touches */
	/* Boundaries between /32s, for addresses that have no way; `mid` holds
	 * the first 32 bits in its upper half. */
	__u32 wide_first;
	__u32 wide_count;
	__u8 pad[56];
};

struct sw_policy {
	struct sw_settings settings;
	struct sw_table4 v4[SW_SETS];
	struct sw_table6 v6[SW_SETS];
};

/*
 * `index`, which the caller has compared with `limit`: once more for the
 * verifier. Kernels before 6.8 lose the outcome of a comparison whose operand
 * the compiler had spilled; here the bound is part of the value.
 */
static __always_inline __u64 sw_bounded(__u64 index, __u64 limit)
{
#ifdef __bpf__
	__asm__ volatile("if %0 < %1 goto +1\n\t%0 = 0" : "+r"(index) : "r"(limit));
#endif
	(void)limit;
	return index;
}

/* Offsets of what follows struct sw_policy. */
static inline __u64 sw_policy_dirs(const struct sw_layout *layout)
{
	return sizeof(struct sw_policy) + (__u64)layout->leaves * sizeof(struct sw_leaf4);
}

static inline __u64 sw_policy_bounds(const struct sw_layout *layout)
{
	return sw_policy_dirs(layout) + SW_SETS * (__u64)layout->dirs * sizeof(struct sw_dir6);
}

/* Bytes of a generation. */
static inline __u64 sw_policy_size(const struct sw_layout *layout)
{
	return sw_policy_bounds(layout) + (__u64)layout->bounds * sizeof(struct sw_bound6);
}

_Static_assert(sizeof(struct sw_line4) == 64, "a line is one cache line");
_Static_assert(sizeof(struct sw_leaf4) == 64, "a leaf is one cache line");
_Static_assert(sizeof(struct sw_dir6) == 64, "a directory bucket is one cache line");
_Static_assert(sizeof(struct sw_bound6) == 16, "four boundaries a cache line");
_Static_assert(sizeof(struct sw_settings) % 64 == 0, "tables start on a cache line");
_Static_assert(sizeof(struct sw_policy) % 64 == 0, "leaves start on a cache line");

#endif
