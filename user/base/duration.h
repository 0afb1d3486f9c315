/* SPDX-License-Identifier: GPL-2.0 */
/* Durations as people write them. */
#ifndef SPAMWEIR_BASE_DURATION_H
#define SPAMWEIR_BASE_DURATION_H

#include <linux/types.h>

/* "1h", "90s", "2d12h", "500ms" -> nanoseconds; -EINVAL. */
int sw_duration_parse(const char *text, __u64 *ns);

#endif
