/* SPDX-License-Identifier: GPL-2.0 */
/* Entries that a list takes back. */
#ifndef SPAMWEIR_FEED_DELETIONS_H
#define SPAMWEIR_FEED_DELETIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/prefix.h"

#define SW_DELETION_NO_ID UINT64_MAX

struct sw_deletion {
	struct sw_prefix prefix;
	__u64 id; /* of the entry; without one, all of the prefix are taken back */
};

/* All zero is empty; free(3) what `item` points to. */
struct sw_deletions {
	struct sw_deletion *item;
	size_t count, room;
};

/* -ENOMEM. */
int sw_deletions_add(struct sw_deletions *deletions, const struct sw_prefix *prefix, __u64 id);

/* Once all are there. */
void sw_deletions_sort(struct sw_deletions *deletions);

/*
 * Whether an entry was taken back: by its id, or, if it or the deletion has none, by its
 * prefix. Others of the prefix stay.
 */
bool sw_deletions_hold(const struct sw_deletions *deletions, const struct sw_prefix *prefix,
		       __u64 id);

#endif
