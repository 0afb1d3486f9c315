/* SPDX-License-Identifier: GPL-2.0 */
/* What the formats have in common. */
#ifndef SPAMWEIR_SUBSCRIBER_LINES_H
#define SPAMWEIR_SUBSCRIBER_LINES_H

#include "subscriber/format.h"

/* Cuts the next line off, without its end. False if there is none that has one: the
 * last line of a file that is being written to may be half of one. */
bool sw_line_next(struct sw_span *rest, struct sw_span *line);

/* Which field has this name, in any case; -1. */
int sw_column_find(const struct sw_span *field, size_t fields, const char *name);

/* Notes a line that is none; the text of the first is kept. */
void sw_subscriber_bad(struct sw_subscriber_report *report, __u32 line, struct sw_span text,
		       const char *expected);

/* Copies a name that is safe to print, cut to what fits. False if it is empty. */
bool sw_name_copy(struct sw_span text, char *out, size_t room);

/* One holding to `emit`, counted. Host bits are cleared. */
int sw_held_tell(struct sw_held *held, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report);

#endif
