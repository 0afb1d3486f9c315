/* SPDX-License-Identifier: GPL-2.0 */
/* A JSON object as a row of a table: its members are the columns. */
#ifndef SPAMWEIR_FEED_OBJECT_ROW_H
#define SPAMWEIR_FEED_OBJECT_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "feed/table.h"

struct sw_object_row {
	struct sw_span value[SW_TABLE_COLUMNS];
	size_t place[SW_TABLE_COLUMNS]; /* in `text`, of those without a text of their own */
	char *text;			/* numbers, arrays */
	size_t used, room;
	__u32 named; /* as struct sw_feed_reader has it */
	int err;
};

/* The member of that name; "a.b" is also b of a. NULL: there is none. The object's. */
json_t *sw_object_member(json_t *object, const char *name);

/* Whether there is a member of one of several names, with commas between. */
bool sw_object_has_any(json_t *object, const char *names);

/* Fills a row of zeroes; its texts are the object's and its own, until either goes. False if a
 * member that is needed is not there. row->err is -ENOMEM; row->text is the caller's to free. */
bool sw_object_row_fill(struct sw_object_row *row, json_t *object, const struct sw_table *table);

/* The same of a text, which is the first column. */
void sw_object_row_text(struct sw_object_row *row, const json_t *text);

#endif
