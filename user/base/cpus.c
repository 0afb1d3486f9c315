// SPDX-License-Identifier: GPL-2.0
#include "base/cpus.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define POSSIBLE "/sys/devices/system/cpu/possible"
#define CPUS_MAX (1 << 16)

/* All of a file that fits, with a NUL behind it. */
static int read_whole(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	size_t size = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	do {
		got = read(fd, text + size, room - 1 - size);
		if (got > 0)
			size += got;
		else if (got < 0 && errno != EINTR)
			err = -errno;
	} while (!err && got && size < room - 1);
	close(fd);
	text[size] = '\0';
	return err ?: (got ? -EPROTO : 0);
}

int sw_count_cpus(const char *list)
{
	unsigned long first, last, count = 0;
	char *end;

	do {
		first = last = strtoul(list, &end, 10);
		if (end == list)
			return -EPROTO;
		if (*end == '-') {
			list = end + 1;
			last = strtoul(list, &end, 10);
			if (end == list)
				return -EPROTO;
		}
		if (last < first || last >= CPUS_MAX)
			return -EPROTO;
		count += last - first + 1;
		list = end + 1;
	} while (*end == ',');
	return *end == '\n' || !*end ? (int)count : -EPROTO;
}

/* It never changes while the kernel runs. */
int sw_possible_cpus(void)
{
	static int cpus;
	char list[4096];
	int err;

	if (cpus > 0)
		return cpus;
	err = read_whole(POSSIBLE, list, sizeof(list));
	cpus = err ? err : sw_count_cpus(list);
	return cpus;
}
