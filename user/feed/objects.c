// SPDX-License-Identifier: GPL-2.0
#include "feed/objects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "feed/about.h"
#include "feed/account.h"
#include "feed/walk.h"

struct row {
	struct sw_span value[SW_TABLE_COLUMNS];
	size_t place[SW_TABLE_COLUMNS]; /* in `text`, of those without a text of their own */
	char *text;			/* numbers, arrays */
	size_t used, room;
	int err;
};

/* "a.b" is the member of that name, or b of a. */
static json_t *member(json_t *object, const char *name)
{
	const char *dot = strchr(name, '.');
	json_t *found = json_object_get(object, name);

	if (found || !dot)
		return found;
	found = json_object_getn(object, name, dot - name);
	return found ? member(found, dot + 1) : NULL;
}

static void put(struct row *row, const char *text, size_t size)
{
	while (row->room - row->used < size && !row->err)
		row->err = sw_grow((void **)&row->text, &row->room, 1, 256);
	if (row->err || !size)
		return;
	memcpy(row->text + row->used, text, size);
	row->used += size;
}

static void print(struct row *row, const json_t *value)
{
	char number[32];
	int size = 0;

	if (json_is_string(value))
		put(row, json_string_value(value), json_string_length(value));
	else if (json_is_boolean(value))
		put(row, json_boolean_value(value) ? "true" : "false",
		    json_boolean_value(value) ? 4 : 5);
	else if (json_is_integer(value))
		size = snprintf(number, sizeof(number), "%lld",
				(long long)json_integer_value(value));
	else if (json_is_real(value))
		size = snprintf(number, sizeof(number), "%.15g", json_real_value(value));
	put(row, number, size);
}

static void print_all(struct row *row, const json_t *value)
{
	size_t i;

	if (!json_is_array(value))
		print(row, value);
	for (i = 0; i < json_array_size(value); i++) {
		if (i)
			put(row, ",", 1);
		print(row, json_array_get(value, i));
	}
}

static void take_value(struct row *row, size_t column, const json_t *value)
{
	struct sw_span *text = &row->value[column];

	row->place[column] = row->used;
	if (json_is_string(value)) {
		*text = (struct sw_span){ json_string_value(value), json_string_length(value) };
		return;
	}
	print_all(row, value);
	*text = (struct sw_span){ NULL, row->used - row->place[column] };
}

static bool is_nothing(const json_t *value)
{
	return !value || json_is_null(value) || (json_is_array(value) && !json_array_size(value)) ||
	       (json_is_string(value) && !json_string_length(value));
}

/* The values of those of several names that are there. False if none is. */
static bool take_several(struct row *row, json_t *object, const char *names)
{
	char name[SW_FIELD_NAME_MAX + 1];
	const json_t *value;
	bool found = false;
	size_t size;

	for (; *names; names += size + (names[size] == ',')) {
		size = strcspn(names, ",");
		snprintf(name, sizeof(name), "%.*s", (int)size, names);
		value = member(object, name);
		found = found || value;
		if (is_nothing(value))
			continue;
		if (row->used)
			put(row, ",", 1);
		print_all(row, value);
	}
	row->value[0] = (struct sw_span){ NULL, row->used };
	return found;
}

/* False if a member that is needed is not there. */
static bool fill(struct row *row, json_t *object, const struct sw_table *table)
{
	bool several = table->texts && strchr(table->column[0], ',');
	json_t *value;
	size_t i;

	if (several && !take_several(row, object, table->column[0]))
		return false;
	for (i = several; i < SW_TABLE_COLUMNS; i++) {
		value = table->column[i] ? member(object, table->column[i]) : NULL;
		if (!value && i < table->needed)
			return false;
		take_value(row, i, value);
	}
	for (i = 0; i < SW_TABLE_COLUMNS; i++) {
		if (!row->value[i].at)
			row->value[i].at = row->text ? row->text + row->place[i] : "";
	}
	return true;
}

static const char not_json[] =
	"JSON as RFC 8259 has it: UTF-8, no control characters, NaN or \\u0000";

static void take_text(struct row *row, const json_t *text)
{
	size_t i;

	take_value(row, 0, text);
	for (i = 1; i < SW_TABLE_COLUMNS; i++)
		row->value[i] = (struct sw_span){ "", 0 };
}

/* A text is no document to jansson, but an array of one is. */
static int parse_text(struct sw_span text, json_t **array)
{
	char *wrapped;
	int err, size = asprintf(&wrapped, "[%.*s]", (int)text.size, text.at);

	if (size < 0)
		return -ENOMEM;
	err = sw_json_parse(wrapped, size, array);
	free(wrapped);
	return err;
}

/* One object, on reader->line, is a row, and where the table has it so a text is. */
static int take_object(struct sw_feed_reader *reader, struct sw_span text,
		       const struct sw_table *table)
{
	enum sw_line result = SW_LINE_BAD;
	bool is_text = table->texts && *text.at == '"';
	struct row row = { .err = 0 };
	json_t *object;
	int err = is_text ? parse_text(text, &object) : sw_json_parse(text.at, text.size, &object);

	if (err == -ENOMEM)
		return err;
	reader->records++;
	reader->until = 0;
	sw_feed_about_none(reader);
	if (err && (is_text || *text.at == '{'))
		reader->expected = not_json;
	if (is_text && !err) {
		take_text(&row, json_array_get(object, 0));
		result = table->row(reader, row.value);
	} else if (json_is_object(object) && fill(&row, object, table) && !row.err)
		result = table->row(reader, row.value);
	if (!row.err)
		sw_feed_count(reader, result, text, table->expected);
	json_decref(object);
	free(row.text);
	return row.err ? row.err : result == SW_LINE_STOP ? reader->status : 0;
}

struct reading {
	struct sw_feed_reader *reader;
	const struct sw_table *table;
};

static int take(void *ctx, const struct sw_walk_element *element)
{
	const struct reading *r = ctx;

	r->reader->line = element->line;
	return take_object(r->reader, element->text, r->table);
}

static int refuse(const struct sw_feed_reader *reader, const char *path,
		  const struct sw_walk_fault *fault)
{
	const char *source = sw_feed_source(reader->feed);
	char quoted[80];

	if (!fault->expected)
		return sw_fail(reader->error, -EINVAL,
			       "%s: has no \"%s\" (expected JSON with that)", source, path);
	if (!fault->at.size)
		return sw_fail(reader->error, -EINVAL,
			       "%s:%u: the JSON ends (expected %s): was the file cut short in "
			       "transit?",
			       source, fault->line, fault->expected);
	return sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" is no JSON (expected %s)", source,
		       fault->line, sw_quote(quoted, sizeof(quoted), fault->at.at, fault->at.size),
		       fault->expected);
}

static __u32 count_lines(struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line;
	__u32 count = 0;

	while (sw_next_line(&lines, &line))
		count++;
	return count;
}

int sw_objects_read(struct sw_feed_reader *reader, struct sw_span text, const char *path,
		    const struct sw_table *table)
{
	struct reading r = { reader, table };
	struct sw_walk_fault fault;
	int err;

	reader->report->lines = count_lines(text);
	err = sw_walk(text, path, take, &r, &fault);
	return err == -EBADMSG ? refuse(reader, path, &fault) : err;
}

static int look(void *ctx, const struct sw_walk_element *element)
{
	const struct sw_table **table = ctx;
	bool known;
	json_t *object;
	size_t i;

	if (sw_json_parse(element->text.at, element->text.size, &object))
		return 1;
	known = json_is_object(object);
	for (i = 0; known && i < (*table)->needed; i++)
		known = member(object, (*table)->column[i]);
	json_decref(object);
	if (known)
		*table = NULL;
	return 1;
}

bool sw_objects_recognise(struct sw_span text, const char *path, const struct sw_table *table)
{
	struct sw_span line = sw_trim(text);
	struct sw_walk_fault fault;

	while (line.size && *line.at == '\n')
		line = sw_trim((struct sw_span){ line.at + 1, line.size - 1 });
	if (!line.size || (*line.at != '{' && *line.at != '['))
		return false;
	sw_walk(text, path, look, &table, &fault);
	return !table;
}

static int stop(void *ctx, const struct sw_walk_element *element)
{
	(void)ctx, (void)element;
	return 1;
}

bool sw_objects_has(struct sw_span text, const char *path)
{
	struct sw_walk_fault fault;

	return sw_walk(text, path, stop, NULL, &fault) != -EBADMSG;
}

bool sw_objects_are_lines(struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line = { text.at, 0 };
	json_t *object;
	bool is;

	while (!line.size && sw_next_line(&lines, &line))
		line = sw_trim(line);
	if (!line.size || *line.at != '{' || sw_json_parse(line.at, line.size, &object))
		return false;
	is = json_is_object(object);
	json_decref(object);
	return is;
}

int sw_objects_read_lines(struct sw_feed_reader *reader, struct sw_span text,
			  const struct sw_table *table)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line;
	int err = 0;

	while (!err && sw_next_line(&lines, &line)) {
		reader->report->lines = ++reader->line;
		reader->last = lines.open;
		line = sw_trim(line);
		if (line.size)
			err = take_object(reader, line, table);
	}
	return err;
}
