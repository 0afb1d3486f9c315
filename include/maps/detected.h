/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ends of those that the datapath itself has listed as live zombies: never more at
 * once than the configuration says, with or without a daemon.
 *
 * A ring. Whoever is listed takes the next place, if its last holder's time is over; all
 * are listed for equally long, so the next one is the first that is free, and where it
 * is not free none is. Who is lifted by hand keeps his place until his end.
 */
#ifndef SPAMWEIR_MAPS_DETECTED_H
#define SPAMWEIR_MAPS_DETECTED_H

#include "words.h"

#define SW_DETECTED_MAX 65536 /* a power of two */

struct sw_detected {
	__u64 next;	  /* place, modulo how many may be listed */
	__u64 listed;	  /* in all */
	__u64 refused;	  /* SYNs for which somebody should have been, for lack of a place */
	__u64 refused_ns; /* the last of them; CLOCK_BOOTTIME; 0: there was none */
	__u64 pad[4];
	__u64 until[SW_DETECTED_MAX]; /* CLOCK_BOOTTIME */
};

_Static_assert(sizeof(struct sw_detected) == 64 + 8 * SW_DETECTED_MAX, "layout is pinned");

#endif
