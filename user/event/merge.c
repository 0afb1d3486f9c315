// SPDX-License-Identifier: GPL-2.0
#include "event/merge.h"

static int fetch(const struct sw_merge *merge, size_t source)
{
	return merge->next(merge->ctx, source, &merge->time[source]);
}

/* The source that has the oldest, or `merge->sources`. *then: what the oldest of the others is. */
static size_t oldest(const struct sw_merge *merge, __u64 *then)
{
	__u64 least = SW_MERGE_NONE;
	size_t found = merge->sources, i;

	*then = SW_MERGE_NONE;
	for (i = 0; i < merge->sources; i++) {
		if (merge->time[i] < least) {
			*then = least;
			least = merge->time[i];
			found = i;
		} else if (merge->time[i] < *then) {
			*then = merge->time[i];
		}
	}
	return found;
}

/* One source may have many before the next has one: then nobody looks at all of them. */
int sw_merge_until(const struct sw_merge *merge, __u64 until)
{
	__u64 then;
	size_t i;
	int err = 0;

	for (i = 0; i < merge->sources && !err; i++) {
		if (merge->time[i] == SW_MERGE_NONE)
			err = fetch(merge, i);
	}
	while (!err) {
		i = oldest(merge, &then);
		if (i == merge->sources || merge->time[i] > until)
			break;
		if (then > until)
			then = until;
		do {
			err = merge->tell(merge->ctx, i) ?: fetch(merge, i);
		} while (!err && merge->time[i] <= then && merge->time[i] != SW_MERGE_NONE);
	}
	return err;
}
