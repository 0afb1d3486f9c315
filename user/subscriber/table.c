// SPDX-License-Identifier: GPL-2.0
#include "subscriber/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct sw_span sw_table_get(const struct sw_table_row *row, int column)
{
	int at = row->column[column];

	return at >= 0 && (size_t)at < row->csv->fields ? row->csv->field[at]
							: (struct sw_span){ "", 0 };
}

/* How many of the names the record has. */
static size_t find_names(const struct sw_table *table, const struct sw_csv *csv, int *column)
{
	size_t i, found = 0;

	for (i = 0; i < table->count; i++) {
		column[i] = sw_column_find(csv->field, csv->fields, table->names[i]);
		found += column[i] >= 0;
	}
	return found;
}

static int refuse_header(const struct sw_table *table, const int *column, struct sw_error *error)
{
	const char *missing[SW_TABLE_COLUMNS] = { NULL };
	char names[256];
	size_t i;

	for (i = 0; i < table->must; i++)
		missing[i] = column[i] < 0 ? table->names[i] : NULL;
	return sw_fail(error, -EINVAL, "expected a first line with the column %s",
		       sw_words_join(names, sizeof(names), missing, table->must));
}

/* True if the first record is a header. */
static int read_header(const struct sw_table *table, const struct sw_csv *csv, int *column,
		       bool *header, struct sw_error *error)
{
	size_t i;

	*header = find_names(table, csv, column) > 0;
	if (!*header && table->ordered) {
		for (i = 0; i < table->count; i++)
			column[i] = i;
		return 0;
	}
	for (i = 0; i < table->must; i++) {
		if (column[i] < 0)
			return refuse_header(table, column, error);
	}
	return 0;
}

static int read_records(const struct sw_table *table, struct sw_csv *csv,
			const struct sw_table_row *row, int *column, sw_held_emit emit, void *ctx,
			struct sw_error *error)
{
	bool begun = false, header = false;
	enum sw_csv_result got;
	const char *expected;
	int err = 0;

	while (!err && (got = sw_csv_next(csv)) != SW_CSV_END) {
		expected = got == SW_CSV_BROKEN || got == SW_CSV_UNCLOSED ? csv->expected : NULL;
		if (got == SW_CSV_COMMENT)
			continue;
		if (got == SW_CSV_RECORD && !begun) {
			begun = true;
			err = read_header(table, csv, column, &header, error);
			if (err || header)
				continue;
		}
		if (!expected && got == SW_CSV_RECORD)
			expected = table->take(row, emit, ctx, &err);
		if (expected)
			sw_subscriber_bad(row->report, csv->line, csv->record, expected);
		if (got == SW_CSV_UNCLOSED)
			break;
	}
	return err;
}

int sw_table_parse(const struct sw_table *table, const struct sw_subscriber_text *text,
		   sw_held_emit emit, void *ctx, struct sw_subscriber_report *report,
		   struct sw_error *error)
{
	struct sw_csv *csv = calloc(1, sizeof(*csv));
	int column[SW_TABLE_COLUMNS] = {}, err;
	const struct sw_table_row row = {
		.text = text,
		.report = report,
		.csv = csv,
		.column = column,
	};

	if (!csv)
		return -ENOMEM;
	csv->rest = text->text;
	csv->delimiter = ',';
	err = read_records(table, csv, &row, column, emit, ctx, error);
	if (!err)
		report->used = text->text.size;
	free(csv);
	return err;
}
