/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies: listed one by one, at run time, mostly for a while. */
#ifndef SPAMWEIR_MAPS_LIVE_H
#define SPAMWEIR_MAPS_LIVE_H

#include "words.h"

/* Why an address is a live zombie. */
enum sw_origin {
	SW_ORIGIN_OPERATOR,
	SW_ORIGIN_DETECTED, /* by the datapath, by what it does */
	/* The same, and it is no zombie: its connections take from the class of suspects. */
	SW_ORIGIN_SLOWED,
	SW_ORIGINS,
};

/* An IPv4 address as ::ffff:a.b.c.d, or an IPv6 prefix of the configured length
 * with the other bits 0. Network byte order. */
struct sw_live_key {
	__u8 address[16];
};

struct sw_live {
	__u64 since_ns; /* CLOCK_BOOTTIME */
	__u64 until_ns; /* judged by the datapath; all ones: no end */
	__u8 origin;	/* enum sw_origin */
	__u8 length;	/* of the prefix that the key is; 128 for IPv4 too */
	__u8 pad[2];
	char why[44]; /* with its NUL */
};

/* Whether it says of him that he is slowed, and no zombie. */
static inline int sw_live_is_slowed(const struct sw_live *entry)
{
	return entry->origin == SW_ORIGIN_SLOWED;
}

#define SW_LIVE_MAX (1 << 20)
#define SW_LIVE_FOREVER (~0ULL)

_Static_assert(sizeof(struct sw_live_key) == 16, "layout is pinned");
_Static_assert(sizeof(struct sw_live) == 64, "layout is pinned");

#endif
