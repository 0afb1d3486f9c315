// SPDX-License-Identifier: GPL-2.0
#include "kernel/window.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int sw_window_open(int map, size_t offset, size_t size, struct sw_window *out)
{
	size_t page = sysconf(_SC_PAGESIZE), before = offset % page;
	void *memory;

	memory = mmap(NULL, before + size, PROT_READ, MAP_SHARED, map, offset - before);
	if (memory == MAP_FAILED)
		return -errno;
	*out = (struct sw_window){
		.mapped = memory,
		.size = before + size,
		.at = (const char *)memory + before,
	};
	return 0;
}

void sw_window_close(struct sw_window *window)
{
	munmap(window->mapped, window->size);
}
