/* SPDX-License-Identifier: GPL-2.0 */
/* What a pinned map must be before it is trusted: its pin can be anybody's. */
#ifndef SPAMWEIR_KERNEL_SHAPE_H
#define SPAMWEIR_KERNEL_SHAPE_H

#include <linux/types.h>
#include <stdbool.h>

#include "base/error.h"
#include "maps/list.h"

/* Checks that `fd` is a map of the type, and with the sizes of key, value and table,
 * that map `which` has. -EPROTO if not: `error`, for which `path` and `directory` are,
 * says what it is instead and what to do. -errno. */
int sw_shape_check(enum sw_map which, int fd, const char *path, const char *directory,
		   struct sw_error *error);

/* The same without words. */
bool sw_shape_fits(enum sw_map which, int fd);

/* Reads the first `size` bytes of the one element of an array, whatever there is
 * behind them. -EPROTO if it is no such array. */
int sw_shape_peek(int fd, void *out, __u32 size);

/* The kernel's number of the map; 0 if it cannot be told. */
__u32 sw_map_id(int fd);

#endif
