// SPDX-License-Identifier: GPL-2.0
/*
 * Spamhaus DROP in its two forms: "prefix ; SBL id" lines, and one JSON object
 * a line with a last one that says how many there are.
 */
#include "feed/format.h"

#include <errno.h>

#include "base/error.h"
#include "base/json.h"
#include "feed/account.h"

static const char *semicolon_in(struct sw_span line)
{
	return memchr(line.at, ';', line.size);
}

static bool is_drop(struct sw_span line)
{
	const char *semicolon = semicolon_in(line);
	struct sw_prefix prefix;
	struct sw_span id;

	if (!semicolon || sw_span_prefix(sw_before(line, semicolon), &prefix))
		return false;
	id = sw_behind(line, semicolon);
	return id.size > 3 && !memcmp(id.at, "SBL", 3);
}

static enum sw_line read_drop(struct sw_feed_reader *reader, struct sw_span line)
{
	const char *semicolon = semicolon_in(line);
	struct sw_span tag = { line.at, 0 }, rest;

	if (semicolon) {
		rest = sw_behind(line, semicolon);
		tag = sw_cut_word(&rest);
		line = sw_before(line, semicolon);
	}
	return sw_feed_take_entry(reader, line, tag);
}

const struct sw_feed_format sw_feed_drop = {
	.recognise = is_drop,
	.read = read_drop,
	.expected = "a prefix, perhaps with \"; SBL...\" behind it",
};

static bool is_ndjson(struct sw_span line)
{
	return *line.at == '{';
}

/* It may come as a real: base/json.h. */
static enum sw_line check_count(struct sw_feed_reader *reader, json_t *count)
{
	static const char records[] = "records";
	double number = json_number_value(count);
	int err;

	if (!json_is_number(count) || number > 1e15 || number < -1e15 ||
	    number != (long long)number)
		return SW_LINE_BAD;
	err = sw_feed_hold_count(reader, number, (struct sw_span){ records, strlen(records) });
	return err ? sw_feed_stop(reader, err) : SW_LINE_HEADER;
}

static enum sw_line read_record(struct sw_feed_reader *reader, json_t *row)
{
	json_t *cidr = json_object_get(row, "cidr"), *id = json_object_get(row, "sblid");
	struct sw_prefix prefix;

	reader->records++;
	if (!json_is_string(cidr) ||
	    sw_prefix_parse(json_string_value(cidr), json_string_length(cidr), &prefix))
		return SW_LINE_BAD;
	return sw_feed_take(reader, &prefix,
			    (struct sw_span){ json_string_value(id), json_string_length(id) });
}

static bool is_metadata(json_t *row)
{
	const char *type = json_string_value(json_object_get(row, "type"));

	return type && !strcmp(type, "metadata");
}

static enum sw_line read_ndjson(struct sw_feed_reader *reader, struct sw_span line)
{
	enum sw_line result;
	json_t *row;

	if (sw_json_parse(line.at, line.size, &row) == -ENOMEM)
		return sw_feed_stop(reader, -ENOMEM);
	if (is_metadata(row))
		result = check_count(reader, json_object_get(row, "records"));
	else
		result = read_record(reader, row);
	json_decref(row);
	return result;
}

static int finish_ndjson(struct sw_feed_reader *reader)
{
	if (!reader->records)
		return 0;
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: the last record is no metadata (expected "
		       "{\"type\":\"metadata\",...,\"records\":N}): was the file cut short in "
		       "transit?",
		       sw_feed_source(reader->feed), reader->line);
}

const struct sw_feed_format sw_feed_ndjson = {
	.recognise = is_ndjson,
	.read = read_ndjson,
	.finish = finish_ndjson,
	.expected = "an object such as {\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL1\"}",
};
