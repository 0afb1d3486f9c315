/* SPDX-License-Identifier: GPL-2.0 */
/* How many drops userspace is told of: at most so many a CPU and window, for a flood of
 * drops must not become a flood of events. */
#ifndef SPAMWEIR_EVENT_BUDGET_H
#define SPAMWEIR_EVENT_BUDGET_H

#include "maps.h"

static __always_inline int sw_may_report(void)
{
	struct sw_event_budget *budget;
	__u32 zero = 0;
	__u64 window;

	budget = bpf_map_lookup_elem(&event_budget, &zero);
	if (!budget)
		return 0;
	window = bpf_jiffies64() >> 6;
	if (budget->window != window) {
		budget->window = window;
		budget->spent = 0;
	}
	if (budget->spent >= SW_EVENTS_PER_WINDOW) {
		budget->lost++;
		return 0;
	}
	budget->spent++;
	return 1;
}

static __always_inline void sw_event_lost(void)
{
	struct sw_event_budget *budget;
	__u32 zero = 0;

	budget = bpf_map_lookup_elem(&event_budget, &zero);
	if (budget)
		budget->lost++;
}

#endif
