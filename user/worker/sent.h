/* SPDX-License-Identifier: GPL-2.0 */
/* What a child that has parsed a list sends, and how its parent takes that. */
#ifndef SPAMWEIR_WORKER_SENT_H
#define SPAMWEIR_WORKER_SENT_H

#include "feed/copy.h"
#include "worker/child.h"

/* Then come `size` bytes: a copy as feed/copy.h has it, without digests, its header last. */
struct sw_sent {
	int err; /* what sw_feed_copy_make_into said */
	struct sw_feed_report report;
	struct sw_error error;
	__u64 size;
};

/* Takes the entries of `feed`. Nothing of it is believed: texts end, numbers lie
 * where they may, entries are sorted, clean, no wider and no more than the feed's
 * config allows, and what is counted is counted anew. -EBADMSG if not; what the
 * child says, or sw_child_read. */
int sw_sent_take(const struct sw_feed_config *feed, struct sw_child *child,
		 struct sw_feed_copy *copy, struct sw_feed_report *report, struct sw_error *error);

#endif
