/* SPDX-License-Identifier: GPL-2.0 */
/* Searching a copy as it lies in the file: the index that lookups use. */
#ifndef SPAMWEIR_FEED_COPY_FIND_H
#define SPAMWEIR_FEED_COPY_FIND_H

#include "feed/copy.h"

/* Calls `visit` for every entry that covers all of `prefix`, the widest first;
 * not 0 stops and is returned. `tag` has a NUL; "" is none. */
int sw_feed_copy_find(const struct sw_feed_copy *copy, const struct sw_prefix *prefix,
		      int (*visit)(void *ctx, const struct sw_prefix *entry, __u32 line,
				   const char *tag),
		      void *ctx);

/* Whether an entry has any address in common with `prefix`. */
bool sw_feed_copy_overlaps(const struct sw_feed_copy *copy, const struct sw_prefix *prefix);

#endif
