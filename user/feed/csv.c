// SPDX-License-Identifier: GPL-2.0
#include "feed/csv.h"

#include <string.h>

static bool is_blank(const struct sw_csv *csv, char c)
{
	return sw_is_blank(c) && c != csv->delimiter;
}

static void skip_blanks(const struct sw_csv *csv, struct sw_span *rest)
{
	while (rest->size && is_blank(csv, *rest->at)) {
		rest->at++;
		rest->size--;
	}
}

static bool is_end_of_field(const struct sw_csv *csv, struct sw_span rest)
{
	return !rest.size || *rest.at == csv->delimiter || *rest.at == '\n';
}

/* Whether a quote in quotes has a backslash before it and no second one behind it, which
 * is not RFC 4180 but written by some. */
static bool is_slashed(const char *at, const char *end)
{
	return end - at > 1 && at[0] == '\\' && at[1] == '"' && (end - at == 2 || at[2] != '"');
}

/* Leaves one quote of a doubled one, and no backslash before one. There is room, because
 * the field only gets shorter. */
static struct sw_span unescape(struct sw_csv *csv, struct sw_span field)
{
	struct sw_span out = { csv->unescaped + csv->used, 0 };
	const char *end = field.at + field.size, *at;

	for (at = field.at; at < end; at++) {
		if (is_slashed(at, end) || *at == '"')
			at++;
		csv->unescaped[csv->used++] = *at;
		out.size++;
	}
	return out;
}

static bool is_over(const struct sw_csv *csv, const char *at, const char *end)
{
	return at == end || *at == '\r' || is_end_of_field(csv, (struct sw_span){ at, end - at });
}

/* Whether the quote before `at` may close a field that ends in a backslash, as paths do: not
 * where another field would have a quote within. */
static bool may_close(const struct sw_csv *csv, const char *at, const char *end)
{
	struct sw_span rest;

	if (!is_over(csv, at, end))
		return false;
	if (at == end || *at != csv->delimiter)
		return true;
	rest = (struct sw_span){ at + 1, end - at - 1 };
	skip_blanks(csv, &rest);
	if (rest.size && *rest.at == '"')
		return true;
	while (!is_end_of_field(csv, rest) && *rest.at != '"')
		rest = (struct sw_span){ rest.at + 1, rest.size - 1 };
	return is_end_of_field(csv, rest);
}

/* How many characters the quote at `at` is, as a character of the field; 0: it closes the
 * field. */
static size_t measure_quote(const struct sw_csv *csv, const char *at, const char *end)
{
	bool twice = at + 1 < end && at[1] == '"';

	if (at[-1] != '\\')
		return twice ? 2 : 0;
	if (twice)
		return is_over(csv, at + 2, end) ? 1 : 2;
	return !may_close(csv, at + 1, end);
}

static enum sw_csv_result take_quoted(struct sw_csv *csv, struct sw_span *rest,
				      struct sw_span *field)
{
	const char *end = rest->at + rest->size, *begin = rest->at + 1, *quote = begin;
	bool escaped = false;
	size_t size;

	for (;;) {
		quote = memchr(quote, '"', end - quote);
		if (!quote)
			return SW_CSV_UNCLOSED;
		size = measure_quote(csv, quote, end);
		if (!size)
			break;
		escaped = true;
		quote += size;
	}
	*field = (struct sw_span){ begin, quote - begin };
	if (escaped)
		*field = unescape(csv, *field);
	*rest = (struct sw_span){ quote + 1, end - (quote + 1) };
	skip_blanks(csv, rest);
	if (is_end_of_field(csv, *rest))
		return SW_CSV_RECORD;
	csv->expected = "a separator behind the closing quote";
	return SW_CSV_BROKEN;
}

static struct sw_span take_bare(const struct sw_csv *csv, struct sw_span *rest)
{
	struct sw_span field = { rest->at, 0 };

	while (field.size < rest->size &&
	       !is_end_of_field(csv, (struct sw_span){ field.at + field.size, 1 }))
		field.size++;
	rest->at += field.size;
	rest->size -= field.size;
	while (field.size && is_blank(csv, field.at[field.size - 1]))
		field.size--;
	return field;
}

/* Fills in the fields up to a newline, at which *rest is left, or the end. */
static enum sw_csv_result split(struct sw_csv *csv, struct sw_span *rest)
{
	enum sw_csv_result result;

	csv->fields = csv->used = 0;
	for (;;) {
		if (csv->fields == SW_CSV_FIELDS) {
			csv->expected = "fewer columns";
			return SW_CSV_BROKEN;
		}
		skip_blanks(csv, rest);
		if (rest->size && *rest->at == '"') {
			result = take_quoted(csv, rest, &csv->field[csv->fields]);
			if (result != SW_CSV_RECORD)
				return result;
		} else {
			csv->field[csv->fields] = take_bare(csv, rest);
		}
		csv->fields++;
		if (!rest->size || *rest->at == '\n')
			return SW_CSV_RECORD;
		rest->at++;
		rest->size--;
	}
}

/* Moves on to `end`, where a newline is, or the end of the text. */
static void advance(struct sw_csv *csv, const char *end)
{
	const char *at = csv->rest.at, *newline;

	csv->record = sw_trim((struct sw_span){ at, end - at });
	while ((newline = memchr(at, '\n', end - at))) {
		csv->lines++;
		at = newline + 1;
	}
	csv->lines++;
	csv->last = end == csv->rest.at + csv->rest.size;
	csv->rest.size -= end - csv->rest.at + !csv->last;
	csv->rest.at = end + !csv->last;
}

static struct sw_span first_line(struct sw_span text)
{
	const char *newline = memchr(text.at, '\n', text.size);

	return newline ? (struct sw_span){ text.at, newline - text.at } : text;
}

static enum sw_csv_result next_record(struct sw_csv *csv, struct sw_span line)
{
	struct sw_span rest = csv->rest;
	enum sw_csv_result result;

	if (rest.size > SW_CSV_RECORD_MAX)
		rest.size = SW_CSV_RECORD_MAX;
	result = split(csv, &rest);
	if (!rest.size && csv->rest.size > SW_CSV_RECORD_MAX)
		result = SW_CSV_UNCLOSED;
	if (result == SW_CSV_UNCLOSED && csv->rest.size > SW_CSV_RECORD_MAX) {
		csv->expected = "a record that ends, and its quotes too";
		result = SW_CSV_BROKEN;
	}
	advance(csv, result == SW_CSV_RECORD ? rest.at : line.at + line.size);
	return result;
}

enum sw_csv_result sw_csv_next(struct sw_csv *csv)
{
	struct sw_span line, text;

	while (csv->rest.size) {
		csv->line = csv->lines + 1;
		line = first_line(csv->rest);
		text = sw_trim(line);
		if (text.size && *text.at != '#')
			return next_record(csv, line);
		advance(csv, line.at + line.size);
		if (!text.size)
			continue;
		while (text.size && *text.at == '#')
			text = sw_trim((struct sw_span){ text.at + 1, text.size - 1 });
		csv->record = text;
		if (text.size > SW_CSV_RECORD_MAX || split(csv, &text) != SW_CSV_RECORD)
			csv->fields = 0;
		return SW_CSV_COMMENT;
	}
	return SW_CSV_END;
}
