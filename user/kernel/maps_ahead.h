/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The maps of a first load are large, and the kernel clears them as it makes them: that may
 * as well be while long lists are parsed. What is made so is pinned nowhere.
 */
#ifndef SPAMWEIR_KERNEL_MAPS_AHEAD_H
#define SPAMWEIR_KERNEL_MAPS_AHEAD_H

#include "base/both.h"
#include "contract.h"

struct sw_maps_ahead {
	struct sw_beside beside;
	bool begun;
	struct sw_seed seed;
	int map[SW_MAPS]; /* -1: not made */
};

/* Begins to make all but the policy map, of which the layout is not known yet, and abi, which
 * comes last of all. What fails is not said: whoever needs it makes it then. */
void sw_maps_ahead_begin(struct sw_maps_ahead *ahead, const struct sw_seed *seed);

/* Waits until they are made. An fd of each of SW_MAPS goes to `map` where that has none: it
 * stays theirs. Zeroes are none. */
void sw_maps_ahead_take(struct sw_maps_ahead *ahead, int *map);

/* Waits, and closes them. May be called again. */
void sw_maps_ahead_end(struct sw_maps_ahead *ahead);

#endif
