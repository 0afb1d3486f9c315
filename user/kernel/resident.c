// SPDX-License-Identifier: GPL-2.0
#include "kernel/resident.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE "\nmemlock:"

/* A line of what /proc knows of a descriptor of a map. */
static int add_map(int fd, __u64 *sum)
{
	char path[64], text[1024];
	const char *line;
	ssize_t size;
	int info;

	if (fd < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = open(path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return -errno;
	size = read(info, text, sizeof(text) - 1);
	if (size < 0) {
		size = -errno;
		close(info);
		return size;
	}
	close(info);
	text[size] = '\0';
	line = strstr(text, LINE);
	if (!line)
		return -ENODATA;
	*sum += strtoull(line + strlen(LINE), NULL, 10);
	return 0;
}

int sw_resident_read(const struct sw_state *state, const struct sw_generation *generation,
		     __u64 *bytes)
{
	__u64 sum = 0;
	int i, err = add_map(generation->fd, &sum);

	for (i = 0; i < SW_MAPS && !err; i++)
		err = add_map(state->map[i], &sum);
	*bytes = err ? 0 : sum;
	return err;
}
