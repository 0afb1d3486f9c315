// SPDX-License-Identifier: GPL-2.0
#include "subscriber/lines.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool sw_line_next(struct sw_span *rest, struct sw_span *line)
{
	const char *end = rest->size ? memchr(rest->at, '\n', rest->size) : NULL;

	if (!end)
		return false;
	*line = (struct sw_span){ rest->at, end - rest->at };
	rest->size -= line->size + 1;
	rest->at = end + 1;
	if (line->size && line->at[line->size - 1] == '\r')
		line->size--;
	return true;
}

int sw_column_find(const struct sw_span *field, size_t fields, const char *name)
{
	size_t size = strlen(name), i;

	for (i = 0; i < fields; i++) {
		if (field[i].size == size && !strncasecmp(field[i].at, name, size))
			return i;
	}
	return -1;
}

void sw_subscriber_bad(struct sw_subscriber_report *report, __u32 line, struct sw_span text,
		       const char *expected)
{
	if (report->bad++)
		return;
	report->bad_line = line;
	sw_quote(report->bad_text, sizeof(report->bad_text), text.at, text.size);
	snprintf(report->expected, sizeof(report->expected), "%s", expected);
}

bool sw_name_copy(struct sw_span text, char *out, size_t room)
{
	char copy[512];
	size_t size;

	text = sw_trim(text);
	size = text.size < sizeof(copy) ? text.size : sizeof(copy) - 1;
	memcpy(copy, text.at, size);
	copy[size] = '\0';
	sw_printable(out, room, copy);
	return *out;
}

int sw_held_tell(struct sw_held *held, sw_held_emit emit, void *ctx,
		 struct sw_subscriber_report *report)
{
	sw_prefix_clear_host_bits(&held->prefix);
	if (held->since_ms > held->at_ms)
		held->since_ms = held->at_ms;
	report->records++;
	return emit(ctx, held);
}
