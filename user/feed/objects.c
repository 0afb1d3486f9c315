// SPDX-License-Identifier: GPL-2.0
#include "feed/objects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "feed/about.h"
#include "feed/account.h"
#include "feed/object_row.h"
#include "feed/walk.h"

static const char not_json[] =
	"JSON as RFC 8259 has it: UTF-8, no control characters, NaN or \\u0000";

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

static const char no_address[] =
	"an object that has what `address` of the feed's json names; `each` says where such are";

static const char no_key[] =
	"a key before it, or a member that `address` of the feed's json names; "
	"`each` says where such are";

struct reading {
	struct sw_feed_reader *reader;
	const struct sw_table *table;
	bool some_lack; /* an address, which others have */
};

static int parse_first(struct sw_span text, json_t **value)
{
	json_t *array;
	int err = parse_text(text, &array);

	if (err)
		return err;
	*value = json_incref(json_array_get(array, 0));
	json_decref(array);
	return 0;
}

/* The caller's to free. */
static int parse_keyed(const struct sw_walk_element *element, json_t **object)
{
	json_t *value, *key = NULL, *wrapped;
	int err = parse_first(element->text, &value);

	*object = NULL;
	if (err)
		return err;
	if (element->key.size)
		err = parse_first(element->key, &key);
	if (err) {
		json_decref(value);
		return err;
	}
	if (!json_is_object(value)) {
		wrapped = json_object();
		sw_json_set(&wrapped, SW_TABLE_VALUE, value);
		value = wrapped;
	}
	if (key)
		sw_json_set(&value, SW_TABLE_KEY, key);
	*object = value;
	return value ? 0 : -ENOMEM;
}

static int parse(const struct sw_table *table, const struct sw_walk_element *element, bool is_text,
		 json_t **object)
{
	if (table->keyed)
		return parse_keyed(element, object);
	return is_text ? parse_text(element->text, object)
		       : sw_json_parse(element->text.at, element->text.size, object);
}

/* One object is a row, and where the table has it so a text is. */
static int take_object(const struct reading *r, const struct sw_walk_element *element)
{
	struct sw_feed_reader *reader = r->reader;
	const struct sw_table *table = r->table;
	enum sw_line result = SW_LINE_BAD;
	struct sw_span text = element->text;
	bool is_text = table->texts && !table->keyed && *text.at == '"';
	struct sw_object_row row = { .err = 0 };
	json_t *object;
	int err = parse(table, element, is_text, &object);

	if (err == -ENOMEM)
		return err;
	reader->records++;
	reader->until = 0;
	sw_feed_about_none(reader);
	if (err && (is_text || table->keyed || *text.at == '{'))
		reader->expected = not_json;
	if (err)
		reader->shown = element->key; /* the key or what is behind it */
	if (is_text && !err) {
		sw_object_row_text(&row, json_array_get(object, 0));
		result = table->row(reader, row.value);
	} else if (json_is_object(object)) {
		if (sw_object_row_fill(&row, object, table))
			result = row.err ? SW_LINE_BAD : table->row(reader, row.value);
		else if (r->some_lack)
			result = SW_LINE_PASSED;
		else if (table->texts)
			reader->expected = table->keyed ? no_key : no_address;
	}
	reader->named |= row.named;
	if (!row.err)
		sw_feed_count(reader, result, text, table->expected);
	json_decref(object);
	free(row.text);
	return row.err ? row.err : result == SW_LINE_STOP ? reader->status : 0;
}

static int take(void *ctx, const struct sw_walk_element *element)
{
	const struct reading *r = ctx;

	r->reader->line = element->line;
	return take_object(r, element);
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

struct search {
	const struct sw_table *table;
	bool found;
};

static bool has_address(struct sw_span text, const struct sw_table *table)
{
	json_t *object;
	bool has;

	if (sw_json_parse(text.at, text.size, &object))
		return false;
	has = json_is_object(object) && sw_object_has_any(object, table->column[0]);
	json_decref(object);
	return has;
}

static int find_address(void *ctx, const struct sw_walk_element *element)
{
	struct search *search = ctx;

	search->found = has_address(element->text, search->table);
	return search->found;
}

/* The first does, of most lists. */
static bool any_has(struct sw_span text, const char *path, const struct sw_table *table)
{
	struct search search = { table, false };
	struct sw_walk_fault fault;

	sw_walk(text, path, find_address, &search, &fault);
	return search.found;
}

static bool any_line_has(struct sw_span text, const struct sw_table *table)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line;
	bool found = false;

	while (!found && sw_next_line(&lines, &line)) {
		line = sw_trim(line);
		found = line.size && has_address(line, table);
	}
	return found;
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
	struct reading r = { reader, table, table->texts && any_has(text, path, table) };
	struct sw_walk_fault fault;
	int err;

	reader->report->lines = count_lines(text);
	err = table->keyed ? sw_walk_whole(text, path, take, &r, &fault)
			   : sw_walk(text, path, take, &r, &fault);
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
		known = sw_object_member(object, (*table)->column[i]);
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
	struct reading r = { reader, table, table->texts && any_line_has(text, table) };
	struct sw_lines lines = { .rest = text };
	struct sw_span line;
	int err = 0;

	while (!err && sw_next_line(&lines, &line)) {
		reader->report->lines = ++reader->line;
		reader->last = lines.open;
		line = sw_trim(line);
		if (line.size)
			err = take_object(&r, &(struct sw_walk_element){ .text = line });
	}
	return err;
}
