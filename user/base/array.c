// SPDX-License-Identifier: GPL-2.0
#include "base/array.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"

int sw_grow(void **array, size_t *room, size_t size, size_t first)
{
	size_t more = *room < first ? first : *room + *room / 2;
	void *grown = reallocarray(*array, more, size);

	if (!grown)
		return -ENOMEM;
	sw_prefer_huge(grown, more * size);
	*array = grown;
	*room = more;
	return 0;
}
