/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether it pays to load beforehand what noting a drop will ask for. Of packets near a
 * listed address most are clean, or, under attack, most are dropped: what became of the last
 * one on this CPU says of the next what a branch predictor would. To guess wrong costs time
 * and changes no verdict.
 */
#ifndef SPAMWEIR_HABIT_H
#define SPAMWEIR_HABIT_H

#include "maps.h"

static __always_inline __u64 *sw_habit_here(void)
{
	return habit[bpf_get_smp_processor_id() & (SW_HABITS - 1)];
}

/* Whether it was dropped. */
static __always_inline int sw_habit_drops(void)
{
	return *sw_habit_here() != 0;
}

/* Written where it changes alone: CPUs beyond SW_HABITS share a line. */
static __always_inline void sw_habit_keep(int drops)
{
	__u64 *here = sw_habit_here();

	if (*here != (__u64)drops)
		*here = drops;
}

#endif
