// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of any make, of which the configuration says where their addresses are: `csv`
 * and `json` of a feed.
 */
#include "feed/mapped.h"

#include <errno.h>

#include "base/error.h"
#include "feed/about.h"
#include "feed/account.h"
#include "feed/endpoint.h"
#include "feed/format.h"
#include "feed/objects.h"
#include "feed/times.h"
#include "feed/where.h"

enum {
	ADDRESS,
	UNTIL,
	WHERE,
	TAG = WHERE + SW_FIELD_WHERES
};

_Static_assert(TAG + SW_FIELD_TAGS <= SW_TABLE_COLUMNS, "each has a column");

/* Asked first whether all can be taken, then to take them. */
static enum sw_line take_addresses(struct sw_feed_reader *reader, struct sw_span list, bool take)
{
	enum sw_line result = SW_LINE_ENTRY, one = SW_LINE_ENTRY;
	struct sw_address_range range;
	struct sw_span text, port;
	struct sw_prefix prefix;
	const char *comma;

	do {
		comma = list.size ? memchr(list.at, ',', list.size) : NULL;
		text = comma ? sw_before(list, comma) : sw_trim(list);
		if (!take && !sw_endpoint_or_prefix(text, &prefix, &port) &&
		    !sw_range_parse(text, &range))
			return SW_LINE_BAD;
		if (take && sw_endpoint_or_prefix(text, &prefix, &port)) {
			sw_feed_about(reader, "port", port);
			one = sw_feed_take(reader, &prefix, sw_feed_said(reader));
		} else if (take && sw_range_parse(text, &range)) {
			one = sw_feed_take_range(reader, &range, sw_feed_said(reader));
		}
		if (one == SW_LINE_STOP)
			return one;
		result = one == SW_LINE_WIDE ? one : result;
		if (comma)
			list = sw_behind(list, comma);
	} while (comma);
	return result;
}

static bool parse_end(const struct sw_feed_reader *reader, struct sw_span text, __u64 *until)
{
	__s64 seconds, end;

	*until = 0;
	if (!text.size || sw_time_parse(text, until))
		return true;
	if (!sw_go_duration_parse(text, &seconds))
		return false;
	end = (__s64)reader->sink->as_of_s + seconds;
	*until = end > 0 ? end : 1;
	return true;
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	const struct sw_fields_config *fields = reader->feed->fields;
	size_t i;

	for (i = 0; i < fields->wheres; i++) {
		if (!sw_where_holds(&fields->where[i], value[WHERE + i]))
			return SW_LINE_PASSED;
	}
	/* Of a domain, say, unless the list was cut short before it. */
	if (!value[ADDRESS].size)
		return reader->open ? SW_LINE_BAD : SW_LINE_PASSED;
	reader->shown = value[ADDRESS];
	if (take_addresses(reader, value[ADDRESS], false) != SW_LINE_ENTRY)
		return SW_LINE_BAD;
	if (!parse_end(reader, value[UNTIL], &reader->until)) {
		reader->shown = value[UNTIL];
		reader->expected = "a time such as 2026-11-29T10:00:00Z or Unix seconds, or a "
				   "duration with its units, such as 4h30m";
		return SW_LINE_BAD;
	}
	for (i = 0; i < fields->tags; i++)
		sw_feed_about(reader, NULL, value[TAG + i]);
	return take_addresses(reader, value[ADDRESS], true);
}

/* Any of its names, of which an address may have several. */
static bool needs_keys(const struct sw_table *table)
{
	size_t i;

	for (i = 0; i < SW_TABLE_COLUMNS; i++) {
		if (table->column[i] && (strstr(table->column[i], SW_TABLE_KEY) ||
					 strstr(table->column[i], SW_TABLE_VALUE)))
			return true;
	}
	return false;
}

static struct sw_table table_of(const struct sw_feed_config *feed, bool all)
{
	const struct sw_fields_config *fields = feed->fields;
	struct sw_table table = {
		.column = { [ADDRESS] = fields->address, [UNTIL] = fields->until },
		.needed = all ? SW_TABLE_COLUMNS : 1,
		.delimiter = fields->delimiter,
		.texts = true,
		.row = take,
		.expected =
			"an address, prefix or range there, as `csv` or `json` of the feed says",
	};
	size_t i;

	for (i = 0; i < fields->wheres; i++)
		table.column[WHERE + i] = fields->where[i].name;
	for (i = 0; i < fields->tags; i++)
		table.column[TAG + i] = fields->tag[i];
	table.keyed = fields->format == SW_FORMAT_JSON && needs_keys(&table);
	return table;
}

/* The configuration is checked, but a format may be tried without it. */
static int refuse_unmapped(const struct sw_feed_reader *reader)
{
	return sw_fail(reader->error, -EINVAL,
		       "%s: nothing says where its addresses are (expected `csv` or `json` of the "
		       "feed to do so)",
		       sw_feed_source(reader->feed));
}

static int read_csv(struct sw_feed_reader *reader, struct sw_span text)
{
	struct sw_table table;

	if (!reader->feed->fields)
		return refuse_unmapped(reader);
	table = table_of(reader->feed, true);
	return sw_table_read(reader, text, &table);
}

static bool is_blank(struct sw_span text)
{
	while (text.size && (sw_is_blank(*text.at) || *text.at == '\n'))
		text = (struct sw_span){ text.at + 1, text.size - 1 };
	return !text.size;
}

/* All that decide of an entry, and the names of an address: not what is only shown. */
static __u16 unnamed(const struct sw_feed_reader *reader, const struct sw_table *table)
{
	const char *comma = table->column[ADDRESS];
	__u16 missing = 0;
	int i;

	if (!reader->report->content)
		return 0;
	for (i = UNTIL; i < TAG; i++) {
		if (table->column[i] && !(reader->named >> i & 1))
			missing |= 1U << i;
	}
	if (!strchr(comma, ','))
		return missing;
	for (i = 0; comma && TAG + i < SW_TABLE_COLUMNS; i++) {
		if (!(reader->named & SW_FEED_NAMED_FIRST << i))
			missing |= 1U << (TAG + i);
		comma = strchr(comma, ',');
		comma += !!comma;
	}
	return missing;
}

/* Of several names with commas between. */
static struct sw_span nth(const char *names, int n)
{
	const char *comma;

	while (n-- && (comma = strchr(names, ',')))
		names = comma + 1;
	return (struct sw_span){ names, strcspn(names, ",") };
}

bool sw_mapped_unnamed(const struct sw_fields_config *fields, __u16 *unnamed, struct sw_span *name,
		       const char **key)
{
	int column = __builtin_ffs(*unnamed) - 1;
	const char *text = fields->until;

	if (column < UNTIL)
		return false;
	*unnamed &= *unnamed - 1;
	if (column >= TAG) {
		*key = "address";
		*name = nth(fields->address, column - TAG);
		return true;
	}
	*key = column == UNTIL ? "until" : "where";
	if (column >= WHERE)
		text = fields->where[column - WHERE].name;
	*name = (struct sw_span){ text ?: "", text ? strlen(text) : 0 };
	return true;
}

static int read_objects(struct sw_feed_reader *reader, struct sw_span text,
			const struct sw_table *table)
{
	const char *each = reader->feed->fields->each;

	if (!each && !table->keyed && (sw_objects_are_lines(text) || is_blank(text)))
		return sw_objects_read_lines(reader, text, table);
	return sw_objects_read(reader, text, each ?: table->keyed ? "*" : "", table);
}

static int read_json(struct sw_feed_reader *reader, struct sw_span text)
{
	struct sw_table table;
	int err;

	if (!reader->feed->fields)
		return refuse_unmapped(reader);
	table = table_of(reader->feed, false);
	err = read_objects(reader, text, &table);
	if (!err)
		reader->report->unnamed = unnamed(reader, &table);
	return err;
}

const struct sw_feed_format sw_feed_csv = { .read_text = read_csv };
const struct sw_feed_format sw_feed_json = { .read_text = read_json };
