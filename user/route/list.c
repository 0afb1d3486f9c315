// SPDX-License-Identifier: GPL-2.0
#include "route/list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define HEAD "# A routing table of the kernel, as spamweir has read it.\n"
#define LINE_MOST (SW_PREFIX_TEXT + 64)
#define FIRST_ROOM 65536

struct text {
	char *at;
	size_t size, room;
};

/* The one by which packets would be routed; the others differ in metric. */
static bool is_first(const struct sw_routes *routes, size_t i)
{
	size_t j;

	if (!sw_route_type_name(routes->route[i].type))
		return false;
	for (j = i;
	     j-- > 0 && !sw_prefix_compare(&routes->route[j].prefix, &routes->route[i].prefix);) {
		if (sw_route_type_name(routes->route[j].type))
			return false;
	}
	return true;
}

static char *add_number(__u8 number, char *at)
{
	if (number >= 100)
		*at++ = '0' + number / 100;
	if (number >= 10)
		*at++ = '0' + number / 10 % 10;
	*at++ = '0' + number % 10;
	return at;
}

/* A table may have a million. */
static int add_line(struct text *text, const struct sw_route *route)
{
	const char *type = sw_route_type_name(route->type);
	char *at;

	if (text->room - text->size < LINE_MOST &&
	    sw_grow((void **)&text->at, &text->room, 1, FIRST_ROOM))
		return -ENOMEM;
	at = text->at + text->size;
	sw_prefix_format(&route->prefix, at);
	at = stpcpy(stpcpy(stpcpy(at + strlen(at), " # "), type), ", protocol ");
	at = stpcpy(add_number(route->protocol, at), "\n");
	text->size = at - text->at;
	return 0;
}

int sw_route_list_text(const struct sw_routes *routes, char **text, size_t *size, size_t *entries)
{
	struct text lines = { .at = malloc(FIRST_ROOM), .room = FIRST_ROOM };
	size_t i;
	int err = lines.at ? 0 : -ENOMEM;

	*entries = 0;
	if (!err)
		lines.size = sprintf(lines.at, "%s", HEAD);
	for (i = 0; i < routes->count && !err; i++) {
		if (!is_first(routes, i))
			continue;
		err = add_line(&lines, &routes->route[i]);
		++*entries;
	}
	if (err) {
		free(lines.at);
		lines = (struct text){};
	}
	*text = lines.at;
	*size = lines.size;
	return err;
}
