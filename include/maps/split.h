/* SPDX-License-Identifier: GPL-2.0 */
/* A program's own, one a CPU, and not pinned: headers that do not stand in the first buffer of
 * a frame, while they are parsed; and how many such frames came, for who asks what a driver does
 * (user/kernel/split.c). */
#ifndef SPAMWEIR_MAPS_SPLIT_H
#define SPAMWEIR_MAPS_SPLIT_H

#include "parse.h"

#define SW_SPLIT_MAP "split_frame"
#define SW_SPLIT_HEAD 128 /* a power of two */
#define SW_ETHERNET_GAP 2 /* as drivers have it: IP stands on a word */

struct sw_split {
	__u8 head[SW_ETHERNET_GAP + SW_SPLIT_HEAD]; /* all up to the IP header's fixed part */
	__u8 gap[2];
	__u8 tcp[SW_TCP_FLAGS_END];
	__u8 pad[2];
	/* While what is in a tunnel is judged: */
	__u64 generation;      /* by which what is outside was judged */
	struct sw_pair6 outer; /* of 4in6 */
	__u32 opened;	       /* as sw_open_tunnel() tells it */
	__u32 rest;
	__u64 frames; /* since the program was loaded */
} __attribute__((aligned(8)));

#endif
