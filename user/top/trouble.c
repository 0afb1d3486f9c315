// SPDX-License-Identifier: GPL-2.0
#include "top/trouble.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define LEAST 20 /* columns of a sentence that are worth a command behind it */

/* As much of a text as fits, and of UTF-8 no half character. */
static int fitting(const char *text, int columns)
{
	int size = (int)strnlen(text, columns);

	while (size > 0 && text[size] && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return size;
}

char *sw_top_wrong_line(const struct sw_top_wrong *wrong, size_t i, int width, char *out,
			size_t room)
{
	const char *text = wrong->line[i].text, *next = wrong->line[i].next;
	int left = width - (int)(strlen(next) + strlen(" > "));

	if (!*next || left < LEAST)
		snprintf(out, room, "%s", text);
	else if ((int)strlen(text) <= left)
		snprintf(out, room, "%s > %s", text, next);
	else
		snprintf(out, room, "%.*s... > %s", fitting(text, left - 3), text, next);
	return out;
}

json_t *sw_top_wrong_json(const struct sw_top_wrong *wrong)
{
	char line[SW_TOP_WRONG_TEXT + SW_TOP_WRONG_NEXT + 8];
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < wrong->count; i++) {
		snprintf(line, sizeof(line), wrong->line[i].next[0] ? "%s: `%s`" : "%s",
			 wrong->line[i].text, wrong->line[i].next);
		sw_json_append(&list, sw_json_text(line));
	}
	return list;
}
