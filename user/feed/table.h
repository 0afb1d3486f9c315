/* SPDX-License-Identifier: GPL-2.0 */
/* Lists as tables: CSV with a header, whose columns are known by name. */
#ifndef SPAMWEIR_FEED_TABLE_H
#define SPAMWEIR_FEED_TABLE_H

#include "feed/format.h"

#define SW_TABLE_COLUMNS 16
#define SW_TABLE_KEY "$key"
#define SW_TABLE_VALUE "$value"

struct sw_table {
	/* Names, of which case does not matter; or numbers from 1 on, of which no header
	 * has to know. NULL: none. */
	const char *column[SW_TABLE_COLUMNS];
	size_t needed;	/* the first so many, if there are as many, a row must have */
	char delimiter; /* 0: a comma */
	/* Of JSON: column[0] may be several names with commas between, of which one is there;
	 * and a text in the place of an object is its value. */
	bool texts;
	/* Of JSON: objects have SW_TABLE_KEY, the key before them, and what is in the place of one
	 * is SW_TABLE_VALUE of such a one. */
	bool keyed;
	/* value[i] is that of column[i]; empty if the table has no such column. */
	enum sw_line (*row)(struct sw_feed_reader *reader, const struct sw_span *value);
	const char *expected; /* of a row */
};

/* Whether the header is there, as a comment or the first record. */
bool sw_table_recognise(struct sw_span text, const struct sw_table *table);

/* A struct sw_feed_format's read_text. A comment that says how many rows there
 * are is held against them. */
int sw_table_read(struct sw_feed_reader *reader, struct sw_span text, const struct sw_table *table);

#endif
