/* SPDX-License-Identifier: GPL-2.0 */
/* What the log of events says of the time before now. */
#ifndef SPAMWEIR_EVENT_PAST_H
#define SPAMWEIR_EVENT_PAST_H

#include "base/error.h"
#include "base/prefix.h"

struct sw_past_event {
	__u64 time_s; /* Unix time */
	struct sw_prefix src, dst;
};

/* Calls `visit` for the events of the log that are not older than `since_s`, the log that
 * was rotated away included. Lines that are no event are passed over. Not 0 stops and is
 * returned. -ENOENT with `error` set: there is no log; or what open(2) said. */
int sw_event_past(const char *state_dir, __u64 since_s,
		  int (*visit)(void *ctx, const struct sw_past_event *event), void *ctx,
		  struct sw_error *error);

#endif
