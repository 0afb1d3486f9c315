// SPDX-License-Identifier: GPL-2.0
#include "kernel/program_map.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAPS_MOST 64 /* of a program */

int sw_program_map(int program, const char *name, struct bpf_map_info *info)
{
	__u32 ids[MAPS_MOST], size = sizeof(struct bpf_prog_info), i;
	struct bpf_prog_info has = { .nr_map_ids = MAPS_MOST, .map_ids = (__u64)(long)ids };
	int fd;

	if (bpf_obj_get_info_by_fd(program, &has, &size))
		return -errno;
	for (i = 0; i < has.nr_map_ids && i < MAPS_MOST; i++) {
		fd = bpf_map_get_fd_by_id(ids[i]);
		size = sizeof(*info);
		*info = (struct bpf_map_info){};
		if (fd >= 0 && !bpf_obj_get_info_by_fd(fd, info, &size) &&
		    !strcmp(info->name, name))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -ENOENT;
}
