// SPDX-License-Identifier: GPL-2.0
#include "kernel/split.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cpus.h"
#include "kernel/program_map.h"
#include "maps/split.h"

int sw_split_frames(int program, __u64 *frames)
{
	int cpus = sw_possible_cpus(), map, err = 0, i;
	struct bpf_map_info info;
	struct sw_split *split;
	__u32 zero = 0;

	*frames = 0;
	map = sw_program_map(program, SW_SPLIT_MAP, &info);
	if (map >= 0 && info.value_size != sizeof(*split)) {
		close(map);
		map = -ENOENT;
	}
	if (map < 0)
		return map;
	split = cpus < 0 ? NULL : calloc(cpus, sizeof(*split));
	if (!split)
		err = cpus < 0 ? cpus : -ENOMEM;
	else if (bpf_map_lookup_elem(map, &zero, split))
		err = -errno;
	for (i = 0; i < cpus && !err; i++)
		*frames += split[i].frames;
	free(split);
	close(map);
	return err;
}
