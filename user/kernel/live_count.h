/* SPDX-License-Identifier: GPL-2.0 */
/* How many live zombies there are. */
#ifndef SPAMWEIR_KERNEL_LIVE_COUNT_H
#define SPAMWEIR_KERNEL_LIVE_COUNT_H

#include "kernel/state.h"

/* Those that have not ended. All are read only if some have been listed or lifted since
 * somebody asked, or if the next few ends that were known then are past. -errno. */
int sw_live_count(const struct sw_state *state, __u64 *count);

#endif
