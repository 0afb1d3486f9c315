/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums over tables that are dear to read whole. What changes a table counts its changes; as
 * long as that count stands still, what was found stays true, and is left in the map of
 * health for whoever asks next.
 */
#ifndef SPAMWEIR_KERNEL_SUMS_H
#define SPAMWEIR_KERNEL_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/health.h"

/* The sums that were left at `where` with that count of changes, read before the table was;
 * false if none were. A seal stands behind them. */
bool sw_sums_recall(const struct sw_state *state, enum sw_health where, __u64 changes, __u64 *sum,
		    size_t sums);
void sw_sums_leave(const struct sw_state *state, enum sw_health where, __u64 changes,
		   const __u64 *sum, size_t sums);

#endif
