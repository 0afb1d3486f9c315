// SPDX-License-Identifier: GPL-2.0
/*
 * STIX 2.1 bundles: indicators that have a pattern of addresses, are not revoked, and
 * are valid still.
 */
#include "feed/format.h"

#include "feed/about.h"
#include "feed/objects.h"
#include "feed/stix_pattern.h"
#include "feed/times.h"

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

static bool is_stix(struct sw_span text)
{
	static const struct sw_table known = { .column = { "type", "id" }, .needed = 2 };

	return sw_objects_recognise(text, "objects", &known);
}

static int read_stix(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_objects_read(reader, text, "objects", &table);
}

const struct sw_feed_format sw_feed_stix = {
	.recognise_text = is_stix,
	.read_text = read_stix,
};
