// SPDX-License-Identifier: GPL-2.0
/*
 * abuse.ch ThreatFox: indicators of all types, of which those of type ip:port list
 * an address. As CSV, and as a JSON object that has an array for each number.
 */
#include "feed/format.h"

#include "feed/about.h"
#include "feed/endpoint.h"
#include "feed/objects.h"

enum {
	VALUE,
	TYPE,
	THREAT,
	MALWARE,
	FIRST_SEEN,
	TAGS
};

static bool is_address(struct sw_span type)
{
	return type.size >= 2 && !memcmp(type.at, "ip", 2);
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	struct sw_prefix prefix;
	struct sw_span port;

	if (!is_address(value[TYPE]))
		return value[TYPE].size ? SW_LINE_PASSED : SW_LINE_BAD;
	if (!sw_endpoint_or_prefix(value[VALUE], &prefix, &port))
		return SW_LINE_BAD;
	sw_feed_about(reader, NULL, value[MALWARE]);
	sw_feed_about(reader, "port", port);
	sw_feed_about(reader, NULL, value[THREAT]);
	sw_feed_about(reader, "first seen", value[FIRST_SEEN]);
	sw_feed_about(reader, "tags", value[TAGS]);
	return sw_feed_take(reader, &prefix, sw_feed_said(reader));
}

static const struct sw_table table = {
	.column = {
		[VALUE] = "ioc_value", [TYPE] = "ioc_type", [THREAT] = "threat_type",
		[MALWARE] = "malware_printable", [FIRST_SEEN] = "first_seen_utc",
		[TAGS] = "tags",
	},
	.needed = 2,
	.row = take,
	.expected = "a row with an ioc_type, and with an address and port if that is ip:port",
};

static bool is_csv(struct sw_span text)
{
	return sw_table_recognise(text, &table);
}

static int read_csv(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_table_read(reader, text, &table);
}

const struct sw_feed_format sw_feed_threatfox_csv = {
	.recognise_text = is_csv,
	.read_text = read_csv,
};

static bool is_json(struct sw_span text)
{
	return sw_objects_recognise(text, "*", &table);
}

static int read_json(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_objects_read(reader, text, "*", &table);
}

const struct sw_feed_format sw_feed_threatfox_json = {
	.recognise_text = is_json,
	.read_text = read_json,
};
