/* SPDX-License-Identifier: GPL-2.0 */
/* A piece of the memory of a map that can be mapped. */
#ifndef SPAMWEIR_KERNEL_WINDOW_H
#define SPAMWEIR_KERNEL_WINDOW_H

#include <stddef.h>

struct sw_window {
	void *mapped;
	size_t size;	/* of what is mapped: whole pages */
	const void *at; /* what was asked for */
};

/* Maps `size` bytes from `offset` on of a map's only value, to be read: each page
 * that is mapped costs, and some maps have thousands. -errno. */
int sw_window_open(int map, size_t offset, size_t size, struct sw_window *out);
void sw_window_close(struct sw_window *window);

#endif
