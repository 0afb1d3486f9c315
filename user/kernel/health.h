/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers that processes leave for those who read metrics: see maps/health.h.
 * None is worth failing for: a state without the map has none. */
#ifndef SPAMWEIR_KERNEL_HEALTH_H
#define SPAMWEIR_KERNEL_HEALTH_H

#include "kernel/state.h"

void sw_health_set(const struct sw_state *state, enum sw_health which, __u64 value);
void sw_health_add(const struct sw_state *state, enum sw_health which, __u64 count);

/* 0 if nobody has written it. */
__u64 sw_health_get(const struct sw_state *state, enum sw_health which);

#endif
