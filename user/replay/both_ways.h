/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a capture that tells no directions holds both. What comes in on a NIC was
 * sent by its neighbours; what goes out has the NIC's own address as its source. So
 * two Ethernet addresses that send IP packets to each other, both of them in one
 * capture, show that it holds what goes out as well: of what comes in, one half is
 * never seen. Addresses of groups do not count, and neither does IP: two hosts
 * behind one NIC may well talk to each other through the router.
 */
#ifndef SPAMWEIR_REPLAY_BOTH_WAYS_H
#define SPAMWEIR_REPLAY_BOTH_WAYS_H

#include <stdbool.h>

#include "replay/link.h"

#define SW_PAIRS_BITS 12

/* The pairs of addresses seen last. Zeros: none yet. */
struct sw_both_ways {
	struct {
		__u64 low, high; /* addresses */
		__u8 seen;	 /* from the lower, from the higher */
	} pair[1 << SW_PAIRS_BITS];
	bool found;
};

/* Looks at a frame of IP, with or without tags. */
void sw_both_ways_see(struct sw_both_ways *ways, const struct sw_frame *frame);

#endif
