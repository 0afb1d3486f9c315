/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums over tables that are dear to read whole: tens of megabytes to be mapped. They
 * change with packets alone, which are counted after they are noted: while a count stands
 * still, what was found stays true, and is left in the map of health for whoever asks next.
 */
#ifndef SPAMWEIR_REPORT_SUMS_H
#define SPAMWEIR_REPORT_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/health.h"

#define SW_SUMS_MAX 6

/* The sums that were left at `where` with that count of packets, read before the table was;
 * false if none were. */
bool sw_sums_recall(const struct sw_state *state, enum sw_health where, __u64 packets, __u64 *sum,
		    size_t sums);
void sw_sums_leave(const struct sw_state *state, enum sw_health where, __u64 packets,
		   const __u64 *sum, size_t sums);

#endif
