/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory the kernel holds for what is pinned, as it says itself. */
#ifndef SPAMWEIR_KERNEL_RESIDENT_H
#define SPAMWEIR_KERNEL_RESIDENT_H

#include "kernel/generation.h"
#include "kernel/state.h"

/* Bytes of the maps and of the generation in force. Linux before 6.4 counts what a map was
 * made for, not what it has in use. -errno if it cannot be read of one. */
int sw_resident_read(const struct sw_state *state, const struct sw_generation *generation,
		     __u64 *bytes);

#endif
