// SPDX-License-Identifier: GPL-2.0
/* What the programs left behind: counters and events. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "harness.h"
#include "spamweir.skel.h"

/* A value of only __u64, summed over CPUs into `out`. */
static int sum_percpu(struct bpf_map *map, __u32 key, __u64 *out, size_t size)
{
	int cpus = libbpf_num_possible_cpus();
	size_t words = size / sizeof(__u64), i;
	__u64 *values = calloc(cpus, size);
	int err = -ENOMEM;

	if (values)
		err = bpf_map_lookup_elem(bpf_map__fd(map), &key, values);
	if (!err) {
		memset(out, 0, size);
		for (i = 0; i < words * cpus; i++)
			out[i % words] += values[i];
	}
	free(values);
	return err;
}

int sw_rig_counters(struct sw_rig *rig, __u32 interface, struct sw_counters *out)
{
	return sum_percpu(rig->skel->maps.counters, interface, (__u64 *)out, sizeof(*out));
}

int sw_rig_feed_counter(struct sw_rig *rig, __u32 slot, struct sw_counter *out)
{
	return sum_percpu(rig->skel->maps.feed_counters, slot, (__u64 *)out, sizeof(*out));
}

int sw_rig_tunnelled(struct sw_rig *rig, struct sw_tunnelled *out)
{
	return sum_percpu(rig->skel->maps.tunnelled, SW_RIG_INTERFACE, (__u64 *)out, sizeof(*out));
}

int sw_rig_tally(struct sw_rig *rig, __u32 which, struct sw_tally_row *out)
{
	return sum_percpu(rig->skel->maps.tally, which, (__u64 *)out, sizeof(*out));
}

int sw_rig_events_lost(struct sw_rig *rig, __u64 *out)
{
	struct sw_event_budget budget;
	int err = sum_percpu(rig->skel->maps.event_budget, 0, (__u64 *)&budget, sizeof(budget));

	if (!err)
		*out = budget.lost;
	return err;
}

static int forget_percpu(struct bpf_map *map, __u32 key)
{
	void *zero = calloc(libbpf_num_possible_cpus(), bpf_map__value_size(map));
	int err = -ENOMEM;

	if (zero)
		err = bpf_map_update_elem(bpf_map__fd(map), &key, zero, BPF_ANY);
	free(zero);
	return err;
}

int sw_rig_events_renew(struct sw_rig *rig)
{
	return forget_percpu(rig->skel->maps.event_budget, 0);
}

int sw_rig_tally_forget(struct sw_rig *rig)
{
	__u32 which;
	int err = 0;

	for (which = 0; which < SW_TALLIES && !err; which++)
		err = forget_percpu(rig->skel->maps.tally, which);
	return err;
}

int sw_rig_events(struct sw_rig *rig, int (*event)(void *ctx, void *data, size_t size), void *ctx)
{
	struct ring_buffer *ring =
		ring_buffer__new(bpf_map__fd(rig->skel->maps.events), event, ctx, NULL);
	int count;

	if (!ring)
		return -errno;
	count = ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return count;
}
