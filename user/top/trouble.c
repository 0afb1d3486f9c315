// SPDX-License-Identifier: GPL-2.0
#include "top/trouble.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define BESIDE " > "
#define BELOW "  > "
#define LEAST 40 /* columns of a sentence that are worth a command behind it */

/* As much of a text as fits, and of UTF-8 no half character. */
static int fitting(const char *text, int columns)
{
	int size = (int)strnlen(text, columns);

	while (size > 0 && text[size] && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return size;
}

static void show(char *out, size_t room, const char *before, const char *text, int columns)
{
	if ((int)strlen(text) <= columns)
		snprintf(out, room, "%s%s", before, text);
	else
		snprintf(out, room, "%s%.*s...", before, fitting(text, columns - 3), text);
}

void sw_top_wrong_show(const struct sw_top_wrong *wrong, size_t i, int width,
		       struct sw_top_wrong_lines *out)
{
	const char *text = wrong->line[i].text, *next = wrong->line[i].next;
	int left = width - (int)(strlen(BESIDE) + strlen(next)), size;
	size_t room = sizeof(out->line[0]);

	out->count = 1;
	if (*next && (left >= LEAST || left >= (int)strlen(text))) {
		show(out->line[0], room, "", text, left);
		size = (int)strlen(out->line[0]);
		snprintf(out->line[0] + size, room - size, BESIDE "%s", next);
		return;
	}
	show(out->line[0], room, "", text, width);
	if (*next)
		show(out->line[out->count++], room, BELOW, next, width - (int)strlen(BELOW));
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
