/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies as several verbs print them. */
#ifndef SPAMWEIR_CLI_LIVE_OUTPUT_H
#define SPAMWEIR_CLI_LIVE_OUTPUT_H

#include <jansson.h>

#include "kernel/live.h"

#define SW_LIVE_TEXT 80

/* How long it has been listed, in seconds, 0 if that is still to come. `now` is
 * boot time in ns. An entry that is older than the last boot began before 0,
 * modulo 2^64. */
__u64 sw_live_age(const struct sw_live *live, __u64 now);

/* Since when, in wall-clock time. Returns `out`, which has SW_LIVE_TEXT bytes. */
char *sw_live_since(const struct sw_live *live, __u64 now, char *out);

/* "until 2026-07-01T12:00:00Z, in 3 h 2 min", or "without end". Returns `out`, which has SW_LIVE_TEXT bytes. */
char *sw_live_end(const struct sw_live *live, __u64 now, char *out);

/* An object, the caller's. NULL: no memory. */
json_t *sw_live_json(const struct sw_prefix *prefix, const struct sw_live *live, __u64 now);

#endif
