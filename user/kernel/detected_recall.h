/* SPDX-License-Identifier: GPL-2.0 */
/* Places for those who were listed by the datapath and are in force again. */
#ifndef SPAMWEIR_KERNEL_DETECTED_RECALL_H
#define SPAMWEIR_KERNEL_DETECTED_RECALL_H

#include "kernel/state.h"

/* Where nobody has a place: gives one to all who are listed so in the map of live zombies,
 * as after a reboot; `most`: how many may be. -errno. */
int sw_detected_recall(const struct sw_state *state, __u32 most);

#endif
