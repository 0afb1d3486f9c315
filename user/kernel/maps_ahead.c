// SPDX-License-Identifier: GPL-2.0
#include "kernel/maps_ahead.h"

#include <unistd.h>

#include "base/error.h"
#include "kernel/datapath.h"

static void make(void *ctx)
{
	static const struct sw_layout some = {
		.nets = 1024, .leaves = 64, .dirs = 64, .bounds = 1024
	};
	struct sw_maps_ahead *ahead = ctx;
	const struct sw_datapath_options options = {
		.layout = &some,
		.seed = &ahead->seed,
		.role = SW_ROLES,
		.generation = SW_NO_POLICY_MAP,
	};
	struct sw_error error = { 0 };
	struct spamweir_bpf *maps;
	int i;

	if (sw_datapath_load(&options, &maps, &error))
		return;
	for (i = 0; i < SW_MAPS; i++) {
		if (i != SW_MAP_policy && i != SW_MAP_abi)
			ahead->map[i] = sw_datapath_map(maps, i);
	}
	sw_datapath_close(maps);
}

void sw_maps_ahead_begin(struct sw_maps_ahead *ahead, const struct sw_seed *seed)
{
	int i;

	*ahead = (struct sw_maps_ahead){ .beside = { .work = make, .ctx = ahead },
					 .begun = true,
					 .seed = *seed };
	for (i = 0; i < SW_MAPS; i++)
		ahead->map[i] = -1;
	sw_beside_begin(&ahead->beside);
}

void sw_maps_ahead_take(struct sw_maps_ahead *ahead, int *map)
{
	int i;

	sw_beside_end(&ahead->beside);
	for (i = 0; ahead->begun && i < SW_MAPS; i++) {
		if (map[i] < 0)
			map[i] = ahead->map[i];
	}
}

void sw_maps_ahead_end(struct sw_maps_ahead *ahead)
{
	int i;

	sw_beside_end(&ahead->beside);
	for (i = 0; ahead->begun && i < SW_MAPS; i++) {
		if (ahead->map[i] >= 0)
			close(ahead->map[i]);
	}
	ahead->begun = false;
}
