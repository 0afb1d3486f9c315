// SPDX-License-Identifier: GPL-2.0
#include "kernel/counters.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpus.h"

/* Adds up one per-CPU value, which is made of nothing but u64. */
static int sum_words(int map, __u32 key, __u64 *sum, size_t words)
{
	int cpus = sw_possible_cpus();
	size_t i, total;
	__u64 *values;
	int err = 0;

	if (cpus < 0)
		return cpus;
	total = cpus * words;
	values = calloc(total, sizeof(*values));
	if (!values)
		return -ENOMEM;
	if (bpf_map_lookup_elem(map, &key, values))
		err = -errno;
	memset(sum, 0, words * sizeof(*sum));
	for (i = 0; i < total && !err; i++)
		sum[i % words] += values[i];
	free(values);
	return err;
}

int sw_counters_read(const struct sw_state *state, __u32 interface_slot, struct sw_counters *sum)
{
	return sum_words(state->map[SW_MAP_counters], interface_slot, (__u64 *)sum,
			 sizeof(*sum) / sizeof(__u64));
}

/* A row of a map that older states lack: zeros then. */
static int sum_row(const struct sw_state *state, enum sw_map map, __u32 slot, void *sum,
		   size_t size)
{
	if (state->map[map] < 0) {
		memset(sum, 0, size);
		return 0;
	}
	return sum_words(state->map[map], slot, sum, size / sizeof(__u64));
}

int sw_attempts_read(const struct sw_state *state, __u32 interface_slot, struct sw_attempts *sum)
{
	return sum_row(state, SW_MAP_attempts, interface_slot, sum, sizeof(*sum));
}

int sw_tunnelled_read(const struct sw_state *state, __u32 interface_slot, struct sw_tunnelled *sum)
{
	return sum_row(state, SW_MAP_tunnelled, interface_slot, sum, sizeof(*sum));
}

int sw_tally_read(const struct sw_state *state, __u32 which, struct sw_tally_row *sum)
{
	return sum_row(state, SW_MAP_tally, which, sum, sizeof(*sum));
}

int sw_feed_counters_read(const struct sw_state *state, const struct sw_registry *registry,
			  struct sw_counter sum[SW_MAX_FEEDS])
{
	__u32 i;
	int err = 0;

	for (i = 1; i < SW_MAX_FEEDS && !err; i++) {
		if (!registry->feed[i].name[0])
			continue;
		err = sum_words(state->map[SW_MAP_feed_counters], i, (__u64 *)&sum[i],
				sizeof(sum[i]) / sizeof(__u64));
	}
	return err;
}

int sw_events_lost_read(const struct sw_state *state, __u64 *lost)
{
	struct sw_event_budget budget;
	int err;

	err = sum_words(state->map[SW_MAP_event_budget], 0, (__u64 *)&budget,
			sizeof(budget) / sizeof(__u64));
	if (!err)
		*lost = budget.lost;
	return err;
}
