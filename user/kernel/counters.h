/* SPDX-License-Identifier: GPL-2.0 */
/* Reading the datapath's counters: sums over CPUs. All return -errno. */
#ifndef SPAMWEIR_KERNEL_COUNTERS_H
#define SPAMWEIR_KERNEL_COUNTERS_H

#include "kernel/registry.h"
#include "kernel/state.h"

int sw_counters_read(const struct sw_state *state, __u32 interface_slot, struct sw_counters *sum);

/* All zero in a state that does not count them yet. */
int sw_tunnelled_read(const struct sw_state *state, __u32 interface_slot, struct sw_tunnelled *sum);
int sw_attempts_read(const struct sw_state *state, __u32 interface_slot, struct sw_attempts *sum);

/* `which`: enum sw_tallied and side, or behind SW_TALLY_BEFORE. */
int sw_tally_read(const struct sw_state *state, __u32 which, struct sw_tally_row *sum);

/* Sums by feed slot, for slots that have a name. */
int sw_feed_counters_read(const struct sw_state *state, const struct sw_registry *registry,
			  struct sw_counter sum[SW_MAX_FEEDS]);

int sw_events_lost_read(const struct sw_state *state, __u64 *lost);

#endif
