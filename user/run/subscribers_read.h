/* SPDX-License-Identifier: GPL-2.0 */
/* A list of subscribers, read by a confined child. */
#ifndef SPAMWEIR_RUN_SUBSCRIBERS_READ_H
#define SPAMWEIR_RUN_SUBSCRIBERS_READ_H

#include "subscriber/format.h"
#include "worker/child.h"

extern const struct sw_child_kind sw_kind_subscribers;

struct sw_subscribers_part {
	const struct sw_subscribers_source *source;
	int fd;
	__u64 offset; /* from here on, the start of a line */
	__u64 size;   /* so many bytes */
	__s64 modified_ms;
};

/* Calls `emit` in this process with all that the child says, which is checked. What was
 * emitted before a failure stays so. -errno; `error` names no file. */
int sw_subscribers_read(const struct sw_subscribers_part *part, sw_held_emit emit, void *ctx,
			struct sw_subscriber_report *report, struct sw_error *error);

#endif
