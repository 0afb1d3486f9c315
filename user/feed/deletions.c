// SPDX-License-Identifier: GPL-2.0
#include "feed/deletions.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

int sw_deletions_add(struct sw_deletions *deletions, const struct sw_prefix *prefix, __u64 id)
{
	if (deletions->count == deletions->room &&
	    sw_grow((void **)&deletions->item, &deletions->room, sizeof(*deletions->item), 64))
		return -ENOMEM;
	deletions->item[deletions->count++] = (struct sw_deletion){ *prefix, id };
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sw_deletion *x = a, *y = b;

	return sw_prefix_compare(&x->prefix, &y->prefix) ?: (x->id > y->id) - (x->id < y->id);
}

void sw_deletions_sort(struct sw_deletions *deletions)
{
	if (deletions->count)
		qsort(deletions->item, deletions->count, sizeof(*deletions->item), compare);
}

/* The first that is not before it. */
static size_t find(const struct sw_deletions *deletions, const struct sw_prefix *prefix, __u64 id)
{
	const struct sw_deletion key = { *prefix, id };
	size_t low = 0, high = deletions->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare(&deletions->item[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool sw_deletions_hold(const struct sw_deletions *deletions, const struct sw_prefix *prefix,
		       __u64 id)
{
	const bool any = id == SW_DELETION_NO_ID;
	size_t at = find(deletions, prefix, any ? 0 : id);

	/* One without an id is the last of its prefix. */
	if (!any && at < deletions->count && deletions->item[at].id != id)
		at = find(deletions, prefix, SW_DELETION_NO_ID);
	return at < deletions->count && !sw_prefix_compare(&deletions->item[at].prefix, prefix);
}
