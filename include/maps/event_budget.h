/* SPDX-License-Identifier: GPL-2.0 */
/* How many records a CPU has left, for a flood of drops must not become one. */
#ifndef SPAMWEIR_MAPS_EVENT_BUDGET_H
#define SPAMWEIR_MAPS_EVENT_BUDGET_H

#include "words.h"

#define SW_EVENTS_PER_WINDOW 256 /* and CPU; a window is 64 jiffies */

struct sw_event_budget {
	__u64 window;
	__u64 spent;
	__u64 lost; /* over the budget, or the ring was full */
};

_Static_assert(sizeof(struct sw_event_budget) == 24, "layout is pinned");

#endif
