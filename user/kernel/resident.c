// SPDX-License-Identifier: GPL-2.0
#include "kernel/resident.h"

#include <stdio.h>

/* A line of what /proc knows of a descriptor of a map. */
static __u64 map_bytes(int fd)
{
	unsigned long long bytes = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fd >= 0 ? fopen(path, "re") : NULL;
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "memlock: %llu", &bytes) == 1)
			break;
	}
	fclose(file);
	return bytes;
}

__u64 sw_resident_bytes(const struct sw_state *state, const struct sw_generation *generation)
{
	__u64 sum = map_bytes(generation->fd);
	int i;

	for (i = 0; i < SW_MAPS; i++)
		sum += map_bytes(state->map[i]);
	return sum;
}
