/* SPDX-License-Identifier: GPL-2.0 */
/* Random worlds and frames, reproducible from a seed. */
#ifndef SPAMWEIR_PROGRUN_RANDOM_H
#define SPAMWEIR_PROGRUN_RANDOM_H

#include "frame.h"
#include "model.h"

struct sw_random {
	__u64 state;
};

void sw_random_seed(struct sw_random *random, __u64 seed);
__u64 sw_random_next(struct sw_random *random);
__u64 sw_random_below(struct sw_random *random, __u64 limit);
bool sw_random_one_in(struct sw_random *random, __u64 count);

/* Feeds that overlap, adjoin and contradict each other; ports, rates, live
 * zombies that end around `now_ns`. */
void sw_random_world(struct sw_random *random, struct sw_world *world, __u64 now_ns);

/* Mostly in, at or next to a listed prefix. */
sw_u128 sw_random_address(struct sw_random *random, const struct sw_world *world, __u8 family);

/* A frame of any shape, with its addresses and ports from `world`; one in two
 * is then damaged. */
void sw_random_frame(struct sw_random *random, const struct sw_world *world,
		     struct sw_frame *frame);

#endif
