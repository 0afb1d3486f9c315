/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ends of those that the datapath itself has listed as live zombies, or slowed: never
 * more at once than the configuration says, with or without a daemon.
 *
 * A ring. Whoever is listed takes the next place, if its last holder's time is over; all
 * are listed for equally long, so the next one is the first that is free, and where it
 * is not free none is. Who is lifted by hand keeps his place until his end. Those that
 * are in force again after a reboot take theirs when they are, the first to end first.
 */
#ifndef SPAMWEIR_MAPS_DETECTED_H
#define SPAMWEIR_MAPS_DETECTED_H

#include "maps/live.h"

#define SW_DETECTED_MAX 65536 /* a power of two */

struct sw_detected {
	__u64 next;	  /* place, modulo how many may be listed */
	__u64 listed;	  /* in all */
	__u64 refused;	  /* SYNs for which somebody should have been, for lack of a place */
	__u64 refused_ns; /* the last of them; CLOCK_BOOTTIME; 0: there was none */
	__u64 pad[4];
	__u64 until[SW_DETECTED_MAX]; /* CLOCK_BOOTTIME */
};

/* Whom a program lists, while it does; and last. Replay looks at it. */
struct sw_listing_now {
	struct sw_live_key key;
	struct sw_live entry;
	__u64 number[4];
	__u32 peer; /* a C&C address of IPv4 that it dealt with; 0 */
	__u32 pad;
};

/* Takes a place until then, of `most`, at least one. 0: there is none. */
static __always_inline int sw_detected_take(struct sw_detected *state, __u64 now, __u64 until,
					    __u32 most)
{
	int try;

	SW_UNROLL
	for (try = 0; try < 4; try++) {
		__u64 next = *(const volatile __u64 *)&state->next;
		__u64 *place = &state->until[next % most & (SW_DETECTED_MAX - 1)];
		__u64 seen = *(const volatile __u64 *)place;

		if (seen > now)
			break;
		if (__sync_val_compare_and_swap(place, seen, until) != seen)
			continue;
		__sync_val_compare_and_swap(&state->next, next, next + 1);
		return 1;
	}
	return 0;
}

_Static_assert(sizeof(struct sw_detected) == 64 + 8 * SW_DETECTED_MAX, "layout is pinned");

#endif
