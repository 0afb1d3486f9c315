/* SPDX-License-Identifier: GPL-2.0 */
/* Entries that are sorted, on their way into a good copy. */
#ifndef SPAMWEIR_FEED_COPY_FILL_H
#define SPAMWEIR_FEED_COPY_FILL_H

#include "feed/copy_layout.h"
#include "feed/copy_out.h"
#include "feed/items.h"

/* Hands the copy to `out`, without digests. `header` has the counts and sizes; what the
 * entries tell is noted in it. Pages of IPv4 items, of which there may be millions, are given
 * back on the way. What `out` returns. */
int sw_copy_fill(struct sw_items *items, struct sw_copy_header *header, const char *source,
		 const struct sw_copy_out *out);

#endif
