/* SPDX-License-Identifier: GPL-2.0 */
/* Those whom the datapath listed itself: how many, and whether it has room for more. */
#ifndef SPAMWEIR_KERNEL_DETECTED_H
#define SPAMWEIR_KERNEL_DETECTED_H

#include "kernel/state.h"

struct sw_detected_view {
	__u64 in_force; /* places taken, also by those that were lifted by hand since */
	__u64 most;	/* 0: nobody is listed so */
	bool full;	/* there is no place for the next one */
	__u64 listed;	/* since the map was made */
	__u64 refused;	/* SYNs for which somebody should have been listed */
};

/* All zero in a state that has no such map yet. -errno. */
int sw_detected_look(const struct sw_state *state, const struct sw_settings *settings,
		     struct sw_detected_view *out);

/* How many were listed so since the map was made; 0 also if it cannot be read. */
__u64 sw_detected_listed(const struct sw_state *state);

/* 1 if anybody is listed so, or is about to be; 0; -errno. */
int sw_detected_any(const struct sw_state *state);

#endif
