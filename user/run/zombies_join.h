/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies of the kernel and of the disk, brought together. */
#ifndef SPAMWEIR_RUN_ZOMBIES_JOIN_H
#define SPAMWEIR_RUN_ZOMBIES_JOIN_H

#include "kernel/live.h"
#include "run/zombie_clock.h"

struct sw_joined {
	struct sw_moment moment;
	__u64 restored; /* from the disk */
	__u64 imported; /* to the disk */
	__u64 ended;	/* on disk, before they could be restored */
	__u64 misfits;	/* kept on disk and not in force: of another length */
};

/*
 * Under the lock of `state`, before anything else is done with the store:
 * - a map of live zombies that the store has not seen, as after a reboot, gets
 *   what is on disk and has not ended; what only the kernel has goes to disk;
 * - changes that somebody was killed at reach the kernel;
 * - ends follow a wall clock that was set.
 * `length`: of the prefixes that IPv6 sources are cut to. `all`: as if the map
 * were new, so that nothing is missing on either side.
 */
int sw_zombies_join(const struct sw_state *state, struct sw_store *store, __u8 length, bool all,
		    struct sw_joined *out, struct sw_error *error);

/* The kernel's entry in the form that the disk has. */
struct sw_kept_zombie sw_zombie_to_kept(const struct sw_live_key *key, const struct sw_live *entry,
					const struct sw_moment *moment);

#endif
