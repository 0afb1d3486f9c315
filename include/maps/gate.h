/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lets most packets pass without a look into the running generation or the
 * live zombies: a bit is set wherever there may be something to find. What a
 * clear bit says is certain, what a set one says is a hint.
 *
 * The user side writes it in place. Bits are set before what they are for is in
 * force, and cleared when that is no longer judged by: of bits near C&C
 * addresses, those of the generation that goes and of the one that comes are
 * both set while one follows the other, and then `exact` is 0.
 */
#ifndef SPAMWEIR_MAPS_GATE_H
#define SPAMWEIR_MAPS_GATE_H

#include "words.h"

#define SW_GATE_LIVE_BITS 23
#define SW_GATE_TOP6_BITS 23

struct sw_gate {
	__u64 port_bits; /* sw_port_bit() of each SMTP port */
	/* The generation whose IPv4 bits these are, exactly; 0: more may be set. */
	__u64 exact;
	__u64 capture; /* a process captures frames: see capture.h */
	__u64 pad[5];
	__u64 net4[(1 << 24) / 64];		   /* bit per /24 with a C&C address in it */
	__u64 top6[(1 << SW_GATE_TOP6_BITS) / 64]; /* bit per hashed /32 with one */
	__u64 wide6[(1 << 16) / 64]; /* bit per /16 that a C&C prefix shorter than /32 touches */
	__u64 live[(1 << SW_GATE_LIVE_BITS) / 64]; /* by sw_gate_live_bit() */
};

/* Each bit stands for 1024 ports: most packets' need not be compared with all. */
static inline __u64 sw_port_bit(__u16 port)
{
	return 1ULL << (port & 63);
}

/* `hi` and `lo`: a live zombie's key, in host byte order. */
static inline __u32 sw_gate_live_bit(__u64 hi, __u64 lo)
{
	__u64 h = (hi ^ lo * 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;

	return h >> (64 - SW_GATE_LIVE_BITS);
}

_Static_assert(sizeof(struct sw_gate) == 64 + (2 << 20) + (1 << 20) + 8192 + (1 << 20),
	       "layout is pinned");

#endif
