/* SPDX-License-Identifier: GPL-2.0 */
/* The clock that dates files. It stands still between two ticks of the kernel, and two writes
 * within one look alike. */
#ifndef SPAMWEIR_BASE_FILE_CLOCK_H
#define SPAMWEIR_BASE_FILE_CLOCK_H

#include <linux/types.h>
#include <stdbool.h>

#include "base/file.h"

/* Unix time as the kernel writes it into inodes now: what is written from now on is not dated
 * before it (CLOCK_REALTIME_COARSE). */
__u64 sw_file_clock_ns(void);

/* Whether a file that was `id` at that time would be another had it been written to since. File
 * servers have clocks of their own, and old file systems count seconds: there it takes two. */
bool sw_file_is_settled(const char *path, const struct sw_file_id *id, __u64 at_ns);

/* Waits until that is so, some milliseconds at most; where it takes longer, not at all. What is
 * read from now on may be dated by the time that is returned. */
__u64 sw_file_settle(const char *path, const struct sw_file_id *id);

#endif
