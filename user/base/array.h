/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays, of a fixed size and growing. */
#ifndef SPAMWEIR_BASE_ARRAY_H
#define SPAMWEIR_BASE_ARRAY_H

#include <stddef.h>

#define SW_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Makes room for `first` items (two or more) of `size` bytes in an array that has less,
 * else for half as many again. *array and *room are set; on failure they stay. -ENOMEM. */
int sw_grow(void **array, size_t *room, size_t size, size_t first);

#endif
