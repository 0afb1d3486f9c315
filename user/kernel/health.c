// SPDX-License-Identifier: GPL-2.0
#include "kernel/health.h"

#include <bpf/bpf.h>

__u64 sw_health_get(const struct sw_state *state, enum sw_health which)
{
	__u32 key = which;
	__u64 value;

	return bpf_map_lookup_elem(state->map[SW_MAP_health], &key, &value) ? 0 : value;
}

void sw_health_set(const struct sw_state *state, enum sw_health which, __u64 value)
{
	__u32 key = which;

	bpf_map_update_elem(state->map[SW_MAP_health], &key, &value, BPF_ANY);
}

void sw_health_add(const struct sw_state *state, enum sw_health which, __u64 count)
{
	sw_health_set(state, which, sw_health_get(state, which) + count);
}
