/* SPDX-License-Identifier: GPL-2.0 */
/* The log of events that the daemon keeps: JSON, one a line, rotated once and so bounded. */
#ifndef SPAMWEIR_EVENT_LOG_H
#define SPAMWEIR_EVENT_LOG_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

#define SW_EVENT_LOG_BYTES (16 << 20) /* then it becomes events.jsonl.1 */

/* Path of the log: the caller's to free. */
char *sw_event_log_path(const char *state_dir);

/* Appends lines, rotating the file when it is full. Its directory is made if need
 * be. -errno; -EINVAL if it is no regular file. */
int sw_event_log(const char *path, const char *line, size_t size, struct sw_error *error);

/* Says to others that this process writes the log of that directory, until the fd
 * that is returned is closed. -errno. */
int sw_event_log_claim(const char *state_dir);

/* The process that has said so. 0: none, or one that cannot be seen from here. */
pid_t sw_event_log_writer(const char *state_dir);

#endif
