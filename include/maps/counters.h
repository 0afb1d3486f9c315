/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets and bytes by NIC, CPU, reason and family.
 *
 * A NIC costs 8 KiB a CPU. A packet touches one cache line of that: the cells of
 * a reason's families share it, so that traffic which is all clean, IPv4 and IPv6
 * mixed, keeps one line of a CPU warm, and every other reason that occurs one
 * more.
 */
#ifndef SPAMWEIR_MAPS_COUNTERS_H
#define SPAMWEIR_MAPS_COUNTERS_H

#include "reasons.h"
#include "words.h"

struct sw_counter {
	__u64 packets;
	__u64 bytes; /* of the frame */
};

/* For one interface and one CPU. cell[1] counts what monitor mode let pass. */
struct sw_counters {
	struct sw_counter cell[2][SW_MAX_REASONS][4]; /* enum sw_reason, enum sw_family */
};

/*
 * What became of a packet, in one word: its low eight bits are the counter's
 * place in a row of cells.
 */
#define SW_DECISION(reason, family, feed) ((family) | (reason) << 2 | (feed) << 8)
#define SW_DECISION_CELL 0xff
#define SW_DECISION_FAMILY 3
#define SW_DECISION_MONITORED (1 << 16) /* what it cuts, passes */
#define SW_DECISION_SYN (1 << 17)	/* of SMTP, held against the limit */
#define SW_DECISION_ATTEMPT (1 << 18)	/* and was not sent before */
#define SW_DECISION_OF_SYN (SW_DECISION_SYN | SW_DECISION_ATTEMPT)
#define SW_DECISION_INSIDE (1 << 19) /* of what is in a tunnel */

static inline enum sw_family sw_decision_family(__u32 decision)
{
	return decision & SW_DECISION_FAMILY;
}

/* The same decision on somebody who is known by an IPv6 address, whatever he sends. */
static inline __u32 sw_decision_as6(__u32 decision)
{
	return (decision & ~SW_DECISION_FAMILY) | SW_IPV6;
}

static inline enum sw_reason sw_decision_reason(__u32 decision)
{
	return decision >> 2 & (SW_MAX_REASONS - 1);
}

/* SW_GO_ON, where there is no generation, is below 0 and has all bits set. */
static inline int sw_decision_is_syn(int decision)
{
	return decision >= 0 && decision & SW_DECISION_SYN;
}

static inline __u8 sw_decision_feed(__u32 decision)
{
	return decision >> 8;
}

_Static_assert(sizeof(struct sw_counters) == 8192, "layout is pinned");
_Static_assert(sizeof(((struct sw_counters *)0)->cell[0][0]) == 64, "a reason's line");
_Static_assert(SW_FAMILIES <= 4, "a cell has two bits for the family");

#endif
