/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes a pinned state of version 2 to this version, under traffic.
 *
 * Live zombies, the limiter, the registry of NICs and the feeds' counters are laid
 * out as before and stay. Counters by NIC and the registry of feeds are copied into
 * their new layout. Policy,
 * gate and ring are made anew; the programs of version 2 keep theirs, unseen,
 * until they are replaced. What they count between the copy and that moment, some
 * hundredths of a second, is lost, and so are events that nobody has read.
 *
 * On disk, as it were, nothing changes before the new generation is ready: a
 * step that fails until then leaves all to version 2. `abi` says 2 until every
 * pin is of version 3, so one that is killed later is taken again by the next
 * load.
 */
#ifndef SPAMWEIR_KERNEL_STEP_H
#define SPAMWEIR_KERNEL_STEP_H

#include <stdbool.h>

#include "base/error.h"
#include "kernel/state.h"

#define SW_STEP_FROM 2 /* the one version that can be stepped from */

/* Sets what has another layout aside, so that the maps which are missing are
 * made. The state is open for writing. -EBUSY, with the way out in `error`, if a
 * NIC is shared: programs in a dispatcher are known to be ours by a map that
 * would go. */
int sw_step_begin(struct sw_state *state, struct sw_error *error);

/* Whether a map that is made now is to be pinned by sw_step_finish and no sooner. */
bool sw_step_owns(const struct sw_state *state, enum sw_map map);

/* Copies the registry of feeds, once its map is made and before anybody asks it for
 * slots. 0, and nothing done, if no step is under way. */
int sw_step_feeds(struct sw_state *state, struct sw_error *error);

/* Fills counters and gate and pins them and the ring; then `abi` says that the
 * state is of this version. The caller has published into the new policy map, and
 * attaches after this. 0, and nothing done, if no step is under way. */
int sw_step_finish(struct sw_state *state, struct sw_error *error);

#endif
