/* SPDX-License-Identifier: GPL-2.0 */
/* CSV with quotes (RFC 4180), by the names of its columns or by their order. */
#ifndef SPAMWEIR_SUBSCRIBER_TABLE_H
#define SPAMWEIR_SUBSCRIBER_TABLE_H

#include "feed/csv.h"
#include "subscriber/lines.h"

struct sw_table_row {
	const struct sw_subscriber_text *text;
	struct sw_subscriber_report *report;
	const struct sw_csv *csv;
	const int *column; /* where each of the names is; -1: nowhere */
};

/* The field of the column of that number, or an empty one. */
struct sw_span sw_table_get(const struct sw_table_row *row, int column);

/* Calls `take` for each record, with `names` (`count`, at most SW_TABLE_COLUMNS) found in
 * the first; where that has none of them it is a record too, if `ordered`: columns come in
 * the order of the names then. `take` returns NULL, or what was expected of a record that
 * is none; *err of emit. `must`: so many of the names have to be there. */
#define SW_TABLE_COLUMNS 16
struct sw_table {
	const char *const *names;
	size_t count;
	size_t must;
	bool ordered;
	const char *(*take)(const struct sw_table_row *row, sw_held_emit emit, void *ctx, int *err);
};

int sw_table_parse(const struct sw_table *table, const struct sw_subscriber_text *text,
		   sw_held_emit emit, void *ctx, struct sw_subscriber_report *report,
		   struct sw_error *error);

#endif
