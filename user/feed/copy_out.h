/* SPDX-License-Identifier: GPL-2.0 */
/* Where a copy goes while it is made. */
#ifndef SPAMWEIR_FEED_COPY_OUT_H
#define SPAMWEIR_FEED_COPY_OUT_H

#include "feed/feed.h"

/* Whoever takes a copy as it is made, without digests. */
struct sw_copy_out {
	/* All was read well, and there will be `size` bytes. Not 0 ends it. */
	int (*begin)(void *ctx, const struct sw_feed_report *report, __u64 size);
	/* All that is behind the header, in order, and at last the header. */
	int (*put)(void *ctx, const void *bytes, size_t size);
	void *ctx;
};

#endif
