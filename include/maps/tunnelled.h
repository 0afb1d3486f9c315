/* SPDX-License-Identifier: GPL-2.0 */
/* Packets of tunnels that were seen and not opened, by NIC, CPU and kind. */
#ifndef SPAMWEIR_MAPS_TUNNELLED_H
#define SPAMWEIR_MAPS_TUNNELLED_H

#include "tunnel_kinds.h"
#include "words.h"

#define SW_TUNNELLED_ROOM 32 /* a power of two */

struct sw_tunnelled {
	__u64 packets[SW_TUNNELLED_ROOM]; /* enum sw_tunnel */
};

_Static_assert(sizeof(struct sw_tunnelled) == 256, "layout is pinned");
_Static_assert(SW_TUNNEL_KINDS <= SW_TUNNELLED_ROOM, "a cell for each kind");

#endif
