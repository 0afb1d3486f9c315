/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What several sources have, each in the order of time, told as one in the order of time. A
 * source is asked for its next when its last was told: it stays where it is until then.
 */
#ifndef SPAMWEIR_EVENT_MERGE_H
#define SPAMWEIR_EVENT_MERGE_H

#include <linux/types.h>
#include <stddef.h>

#define SW_MERGE_NONE (~0ULL) /* that of a source that has none now */

struct sw_merge {
	/* Has `source` fetch its next. *time is when that was, ns, or SW_MERGE_NONE. */
	int (*next)(void *ctx, size_t source, __u64 *time);
	/* Tells what `source` fetched last. Not 0 ends the telling. */
	int (*tell)(void *ctx, size_t source);
	void *ctx;
	size_t sources;
	__u64 *time; /* of what each has fetched; the caller's room, SW_MERGE_NONE at first */
};

/* Tells all that is not after `until`, ns. What a source gets later must be, or it is told later
 * too. 0, or what a callback returned: then it is not to be called again. */
int sw_merge_until(const struct sw_merge *merge, __u64 until);

#endif
