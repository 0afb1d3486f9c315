// SPDX-License-Identifier: GPL-2.0
#include "feed/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/about.h"
#include "feed/account.h"
#include "feed/csv.h"
#include "feed/endpoint.h"

#define RECOGNISE_RECORDS 64 /* comments, mostly */

struct reading {
	struct sw_feed_reader *reader;
	const struct sw_table *table;
	struct sw_csv *csv;
	int place[SW_TABLE_COLUMNS]; /* of each column among the fields; -1: it has none */
	bool headed, begun;
};

static int find_field(const struct sw_csv *csv, const char *name)
{
	size_t i, size = strlen(name);

	for (i = 0; i < csv->fields; i++) {
		if (csv->field[i].size == size && !strncasecmp(csv->field[i].at, name, size))
			return i;
	}
	return -1;
}

/* -1: it is a name. */
static int number_of(const char *column)
{
	__u32 number;

	if (!sw_span_number((struct sw_span){ column, strlen(column) }, &number) || !number ||
	    number > SW_CSV_FIELDS)
		return -1;
	return number - 1;
}

/* A table that is known by numbers only has no header that would matter. */
static bool is_header(const struct sw_csv *csv, const struct sw_table *table)
{
	bool named = false;
	size_t i;

	for (i = 0; i < table->needed; i++) {
		if (!table->column[i] || number_of(table->column[i]) >= 0)
			continue;
		named = true;
		if (find_field(csv, table->column[i]) < 0)
			return false;
	}
	return named;
}

static bool needs_header(const struct sw_table *table)
{
	size_t i;

	for (i = 0; i < table->needed; i++) {
		if (table->column[i] && number_of(table->column[i]) < 0)
			return true;
	}
	return false;
}

bool sw_table_recognise(struct sw_span text, const struct sw_table *table)
{
	struct sw_csv *csv = calloc(1, sizeof(*csv));
	enum sw_csv_result result = SW_CSV_COMMENT;
	bool found = false;
	int i;

	if (!csv)
		return false;
	csv->rest = text;
	csv->delimiter = ',';
	for (i = 0; i < RECOGNISE_RECORDS && result == SW_CSV_COMMENT && !found; i++) {
		result = sw_csv_next(csv);
		found = (result == SW_CSV_RECORD || result == SW_CSV_COMMENT) &&
			is_header(csv, table);
	}
	free(csv);
	return found;
}

static void take_header(struct reading *r)
{
	const char *name;
	size_t i;

	for (i = 0; i < SW_TABLE_COLUMNS; i++) {
		name = r->table->column[i];
		r->place[i] = name ? number_of(name) : -1;
		if (name && r->place[i] < 0)
			r->place[i] = find_field(r->csv, name);
	}
	r->headed = true;
}

static int refuse_headless(const struct reading *r)
{
	const char *const *column = r->table->column;
	char quoted[80], names[256] = "";
	const struct sw_csv *csv = r->csv;
	size_t i, used = 0;

	for (i = 0; i < r->table->needed && used < sizeof(names); i++) {
		if (column[i] && number_of(column[i]) < 0)
			used += snprintf(names + used, sizeof(names) - used, "%s%s",
					 used ? ", " : "", column[i]);
	}
	return sw_fail(r->reader->error, -EINVAL,
		       "%s:%u: \"%s\" comes before any header (expected a line that names the "
		       "columns, these among them: %s)",
		       sw_feed_source(r->reader->feed), csv->line,
		       sw_quote(quoted, sizeof(quoted), csv->record.at, csv->record.size), names);
}

static int refuse_unclosed(const struct reading *r)
{
	char quoted[80];
	const struct sw_csv *csv = r->csv;

	return sw_fail(r->reader->error, -EINVAL,
		       "%s:%u: \"%s\" has a quote that is not closed: was the file cut short in "
		       "transit?",
		       sw_feed_source(r->reader->feed), csv->line,
		       sw_quote(quoted, sizeof(quoted), csv->record.at, csv->record.size));
}

static int take_comment(struct reading *r)
{
	long long count;

	if (is_header(r->csv, r->table))
		take_header(r);
	else if (sw_feed_declares(r->csv->record, &count))
		return sw_feed_heed_count(r->reader, count, r->csv->record);
	return 0;
}

static enum sw_line take_row(struct reading *r)
{
	struct sw_span value[SW_TABLE_COLUMNS];
	const struct sw_csv *csv = r->csv;
	size_t i;

	for (i = 0; i < SW_TABLE_COLUMNS; i++) {
		value[i] = (struct sw_span){ csv->record.at, 0 };
		if (r->place[i] >= 0 && (size_t)r->place[i] < csv->fields)
			value[i] = csv->field[r->place[i]];
		else if (i < r->table->needed && r->table->column[i])
			return SW_LINE_BAD; /* too short */
	}
	sw_feed_about_none(r->reader);
	return r->table->row(r->reader, value);
}

/* Whether a record names an address: a table without names may begin with a header all the
 * same. */
static bool names_address(const struct reading *r)
{
	const struct sw_csv *csv = r->csv;
	struct sw_prefix prefix;
	struct sw_span port, text = { csv->record.at, 0 };
	struct sw_address_range range;

	if ((size_t)r->place[0] < csv->fields)
		text = csv->field[r->place[0]];
	return memchr(text.at, ',', text.size) || sw_endpoint_or_prefix(text, &prefix, &port) ||
	       sw_range_parse(text, &range);
}

static int take_record(struct reading *r, enum sw_csv_result result)
{
	struct sw_feed_reader *reader = r->reader;
	enum sw_line line = SW_LINE_BAD;

	if (result == SW_CSV_RECORD && is_header(r->csv, r->table)) {
		take_header(r);
		return 0;
	}
	if (!r->headed)
		return refuse_headless(r);
	if (!r->begun && result == SW_CSV_RECORD && !needs_header(r->table) && !names_address(r)) {
		r->begun = true;
		return 0; /* the header that is not needed */
	}
	r->begun = true;
	reader->records++;
	reader->until = 0;
	reader->last = reader->open = r->csv->last;
	if (result == SW_CSV_RECORD)
		line = take_row(r);
	else
		reader->expected = r->csv->expected;
	sw_feed_count(reader, line, r->csv->record, r->table->expected);
	return line == SW_LINE_STOP ? reader->status : 0;
}

static int read_rows(struct reading *r)
{
	enum sw_csv_result result;
	int err = 0;

	while (!err && (result = sw_csv_next(r->csv)) != SW_CSV_END) {
		r->reader->line = r->csv->line;
		r->reader->report->lines = r->csv->lines;
		if (result == SW_CSV_UNCLOSED)
			return refuse_unclosed(r);
		err = result == SW_CSV_COMMENT ? take_comment(r) : take_record(r, result);
	}
	r->reader->report->lines = r->csv->lines; /* blank ones at the end */
	return err;
}

int sw_table_read(struct sw_feed_reader *reader, struct sw_span text, const struct sw_table *table)
{
	struct reading r = { .reader = reader, .table = table };
	int err;

	r.csv = calloc(1, sizeof(*r.csv));
	if (!r.csv)
		return -ENOMEM;
	r.csv->rest = text;
	r.csv->delimiter = table->delimiter ?: ',';
	if (!needs_header(table))
		take_header(&r);
	err = read_rows(&r);
	free(r.csv);
	return err;
}
