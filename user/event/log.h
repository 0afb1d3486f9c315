/* SPDX-License-Identifier: GPL-2.0 */
/* The log of events that the daemon keeps: JSON, one a line, rotated once and so bounded. */
#ifndef SPAMWEIR_EVENT_LOG_H
#define SPAMWEIR_EVENT_LOG_H

#include <stddef.h>

#define SW_EVENT_LOG_BYTES (16 << 20) /* then it becomes events.jsonl.1 */

/* Path of the log: the caller's to free. */
char *sw_event_log_path(const char *state_dir);

/* Appends lines, rotating the file when it is full. -errno. */
int sw_event_log(const char *path, const char *line, size_t size);

#endif
