// SPDX-License-Identifier: GPL-2.0
/*
 * STIX 2.1 bundles: indicators that have a pattern of addresses, are not revoked, and
 * are valid still.
 */
#include "feed/format.h"

#include <errno.h>

#include "base/error.h"
#include "feed/about.h"
#include "feed/objects.h"
#include "feed/stix_pattern.h"
#include "feed/times.h"
#include "feed/walk.h"

enum {
	KIND,
	PATTERN,
	PATTERN_TYPE,
	REVOKED,
	UNTIL,
	NAME,
	TYPES,
	LABELS,
	SINCE
};

static bool is(struct sw_span value, const char *text)
{
	return value.size == strlen(text) && !memcmp(value.at, text, value.size);
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	if (!is(value[KIND], "indicator") || is(value[REVOKED], "true") ||
	    (value[PATTERN_TYPE].size && !is(value[PATTERN_TYPE], "stix")) ||
	    !sw_stix_names_addresses(value[PATTERN]))
		return SW_LINE_PASSED;
	if (value[UNTIL].size && !sw_time_parse(value[UNTIL], &reader->until)) {
		reader->shown = value[UNTIL];
		reader->expected = "a time such as 2026-11-29T10:00:00Z as its valid_until";
		return SW_LINE_BAD;
	}
	reader->shown = value[PATTERN];
	sw_feed_about(reader, NULL, value[NAME]);
	sw_feed_about(reader, NULL, value[TYPES]);
	sw_feed_about(reader, NULL, value[LABELS]);
	sw_feed_about(reader, "since", value[SINCE]);
	return sw_stix_take(reader, value[PATTERN], sw_feed_said(reader));
}

static const struct sw_table table = {
	.column = {
		[KIND] = "type", [PATTERN] = "pattern", [PATTERN_TYPE] = "pattern_type",
		[REVOKED] = "revoked", [UNTIL] = "valid_until", [NAME] = "name",
		[TYPES] = "indicator_types", [LABELS] = "labels", [SINCE] = "valid_from",
	},
	.needed = 1,
	.row = take,
	.expected = "a pattern of addresses, by =, ISSUBSET or IN, with OR between them: "
		    "[ipv4-addr:value = '192.0.2.1']",
};

/* A bundle of nothing has no "objects", or an empty array of them. */
static bool is_empty_bundle(struct sw_span text)
{
	static const struct sw_table bundle = { .column = { "type", "id" }, .needed = 2 };

	return text.size < SW_FEED_LINE_MAX && memmem(text.at, text.size, "\"bundle--", 9) &&
	       sw_objects_recognise(text, "", &bundle);
}

static bool is_stix(struct sw_span text)
{
	static const struct sw_table known = { .column = { "type", "id" }, .needed = 2 };

	return sw_objects_recognise(text, "objects", &known) || is_empty_bundle(text);
}

static int find_more(void *ctx, const struct sw_walk_element *element)
{
	struct sw_walk_element *more = ctx;

	if (is(element->text, "true"))
		*more = *element;
	return 0;
}

/* A TAXII server answers with a page, and says whether there is another. */
static int refuse_page(struct sw_feed_reader *reader, struct sw_span text)
{
	struct sw_walk_element more = { 0 };
	struct sw_walk_fault fault;

	sw_walk(text, "more", find_more, &more, &fault);
	if (!more.line)
		return 0;
	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"more\": true: the server has more than this answer holds (expected "
		       "all at once; its URL may take ?limit=100000)",
		       sw_feed_source(reader->feed), more.line);
}

static int read_stix(struct sw_feed_reader *reader, struct sw_span text)
{
	int err = refuse_page(reader, text);

	if (err)
		return err;
	if (!sw_objects_has(text, "objects") && is_empty_bundle(text)) {
		reader->report->lines = 1;
		return 0;
	}
	return sw_objects_read(reader, text, "objects", &table);
}

const struct sw_feed_format sw_feed_stix = {
	.recognise_text = is_stix,
	.read_text = read_stix,
};
