/* SPDX-License-Identifier: GPL-2.0 */
/* Events as JSON, and as lines for people. Neither has a newline. */
#ifndef SPAMWEIR_EVENT_FORMAT_H
#define SPAMWEIR_EVENT_FORMAT_H

#include <stddef.h>

#include "kernel/registry.h"

#define SW_EVENT_TEXT 320

/* The feed that a record names, whose name has to be known; 0: none. */
__u8 sw_event_feed(const struct sw_record *record);

/* A record of a known type as JSON on one line: the caller's to free; NULL: no memory. */
char *sw_event_line(const struct sw_record *record, const struct sw_registry *registry);

/* The same for people. Returns `out`, which has SW_EVENT_TEXT bytes. */
char *sw_event_text(const struct sw_record *record, const struct sw_registry *registry, char *out);

/* The same of a line of JSON, as the log has it. -EINVAL if it is no event,
 * -ENOMEM. */
int sw_event_line_text(const char *line, size_t size, char *out);

#endif
