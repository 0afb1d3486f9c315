/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon is to do, and when: sets its timers. */
#ifndef SPAMWEIR_RUN_HEED_H
#define SPAMWEIR_RUN_HEED_H

#include "run/daemon_parts.h"

/* Goes by the intervals and paths of the configuration that is in force. */
void sw_heed_config(struct daemon *d);

/* An entry of the operator's lists ends at `until_ms`, Unix time in milliseconds, or
 * SW_LISTED_FOREVER: it is in force until it is published without it. */
void sw_heed_lists(struct daemon *d, __s64 until_ms);

/* The same of the feeds' entries: Unix time in seconds, 0 for never. */
void sw_heed_ends(struct daemon *d, __u64 ends_s);

/* A reload is due as soon as nothing else is under way; `why` is said, and stays. */
void sw_heed_reload(struct daemon *d, const char *why);

#endif
