// SPDX-License-Identifier: GPL-2.0
#include "feed/about.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "base/array.h"

static bool says_nothing(struct sw_span value)
{
	static const char *const nothing[] = { "none", "null", "n/a", "-" };
	size_t i;

	if (!value.size)
		return true;
	for (i = 0; i < SW_COUNT(nothing); i++) {
		if (value.size == strlen(nothing[i]) &&
		    !strncasecmp(value.at, nothing[i], value.size))
			return true;
	}
	return false;
}

void sw_feed_about(struct sw_feed_reader *reader, const char *label, struct sw_span value)
{
	size_t room = sizeof(reader->about) - reader->about_size;
	char *out = reader->about + reader->about_size;
	int size;

	value = sw_trim(value);
	if (says_nothing(value))
		return;
	size = snprintf(out, room, "%s%s%s%.*s", reader->about_size ? ", " : "", label ?: "",
			label ? " " : "", (int)value.size, value.at);
	if (size > 0 && (size_t)size < room)
		reader->about_size += size;
	else if (!reader->about_size)
		reader->about_size = room - 1; /* the first is cut */
	for (; out < reader->about + reader->about_size; out++)
		*out = iscntrl((unsigned char)*out) ? ' ' : *out;
}
