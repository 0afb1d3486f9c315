// SPDX-License-Identifier: GPL-2.0
#include "kernel/split.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cpus.h"
#include "maps/split.h"

#define MAPS_MOST 64 /* of a program */

/* An fd of the program's own map, or -errno. */
static int find_map(int program)
{
	__u32 ids[MAPS_MOST], size = sizeof(struct bpf_prog_info), i;
	struct bpf_prog_info info = { .nr_map_ids = MAPS_MOST, .map_ids = (__u64)(long)ids };
	struct bpf_map_info map = {};
	int fd;

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		return -errno;
	for (i = 0; i < info.nr_map_ids && i < MAPS_MOST; i++) {
		fd = bpf_map_get_fd_by_id(ids[i]);
		size = sizeof(map);
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, &map, &size) &&
		    !strcmp(map.name, SW_SPLIT_MAP) && map.value_size == sizeof(struct sw_split))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -ENOENT;
}

int sw_split_frames(int program, __u64 *frames)
{
	int cpus = sw_possible_cpus(), map = find_map(program), err = 0, i;
	struct sw_split *split;
	__u32 zero = 0;

	*frames = 0;
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
