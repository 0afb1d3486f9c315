// SPDX-License-Identifier: GPL-2.0
/* As the kernel's map_mem_usage of each type has it, but for the maps' own heads. */
#include "kernel/footprint.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "base/cpus.h"
#include "kernel/datapath.h"
#include "kernel/state.h"

#define PAGE 4096ULL
#define BUCKET 16    /* of a hash: the head of its chain, and its lock */
#define RING_PAGES 3 /* of a ring buffer, beside what it holds */

static __u64 round_up(__u64 bytes, __u64 to)
{
	return (bytes + to - 1) / to * to;
}

static __u64 power_of_two(__u64 least)
{
	__u64 power = 1;

	while (power < least)
		power *= 2;
	return power;
}

static __u64 map_bytes(const struct bpf_map *map, __u64 cpus)
{
	__u64 entries = bpf_map__max_entries(map);
	__u64 values = entries * round_up(bpf_map__value_size(map), 8);

	switch (bpf_map__type(map)) {
	case BPF_MAP_TYPE_ARRAY:
		return bpf_map__map_flags(map) & BPF_F_MMAPABLE ? PAGE + round_up(values, PAGE)
								: values;
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return cpus * values + entries * sizeof(void *);
	case BPF_MAP_TYPE_RINGBUF:
		return RING_PAGES * PAGE + entries + 2 * entries / PAGE * sizeof(void *);
	case BPF_MAP_TYPE_HASH: /* elements come one by one */
		return power_of_two(entries) * BUCKET;
	default:
		return entries * sizeof(void *);
	}
}

int sw_footprint_measure(const struct sw_layout *layout, struct sw_footprint *out,
			 struct sw_error *error)
{
	static const struct sw_seed seed;
	const struct sw_datapath_options options = {
		.layout = layout,
		.seed = &seed,
		.role = SW_ROLES,
	};
	int cpus = sw_possible_cpus(), i, err;
	struct spamweir_bpf *datapath;
	struct bpf_map *map;

	*out = (struct sw_footprint){ .tables = PAGE + round_up(sw_policy_size(layout), PAGE) };
	if (cpus < 0)
		return sw_fail(error, cpus, "cannot count the CPUs: %s", strerror(-cpus));
	err = sw_datapath_open(&options, &datapath, error);
	if (err)
		return err;
	for (i = 0; i < SW_MAPS; i++) {
		map = bpf_object__find_map_by_name(sw_datapath_object(datapath), sw_map_object[i]);
		out->state += map ? map_bytes(map, cpus) : 0;
	}
	sw_datapath_close(datapath);
	return 0;
}
