/* SPDX-License-Identifier: GPL-2.0 */
/* Live zombies as several verbs print them. */
#ifndef SPAMWEIR_CLI_LIVE_OUTPUT_H
#define SPAMWEIR_CLI_LIVE_OUTPUT_H

#include <jansson.h>

#include "kernel/live.h"

#define SW_LIVE_TEXT 48

/* How long it has been listed, in seconds. `now` is boot time in ns. */
__u64 sw_live_age(const struct sw_live *live, __u64 now);

/* "ends in 3 h 2 min", or "without end". Returns `out`, which has SW_LIVE_TEXT bytes. */
char *sw_live_end(const struct sw_live *live, __u64 now, char *out);

/* An object, the caller's. NULL: no memory. */
json_t *sw_live_json(const struct sw_prefix *prefix, const struct sw_live *live, __u64 now);

#endif
