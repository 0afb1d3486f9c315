// SPDX-License-Identifier: GPL-2.0
/*
 * abuse.ch Feodo Tracker: servers that command botnets, as CSV and as one JSON array.
 * Those that are offline stay listed, for they come back.
 */
#include "feed/format.h"

#include "feed/about.h"
#include "feed/objects.h"

enum {
	ADDRESS,
	PORT,
	STATUS,
	MALWARE,
	FIRST_SEEN,
	LAST_ONLINE
};

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	struct sw_prefix prefix;

	if (sw_span_prefix(value[ADDRESS], &prefix))
		return SW_LINE_BAD;
	sw_feed_about(reader, NULL, value[MALWARE]);
	sw_feed_about(reader, "port", value[PORT]);
	sw_feed_about(reader, NULL, value[STATUS]);
	sw_feed_about(reader, "first seen", value[FIRST_SEEN]);
	sw_feed_about(reader, "last online", value[LAST_ONLINE]);
	return sw_feed_take(reader, &prefix, sw_feed_said(reader));
}

static const struct sw_table objects = {
	.column = {
		[ADDRESS] = "ip_address", [PORT] = "port", [STATUS] = "status",
		[MALWARE] = "malware", [FIRST_SEEN] = "first_seen",
		[LAST_ONLINE] = "last_online",
	},
	.needed = 1,
	.row = take,
	.expected = "an object with an address as its ip_address",
};

static const struct sw_table table = {
	.column = {
		[ADDRESS] = "dst_ip", [PORT] = "dst_port", [STATUS] = "c2_status",
		[MALWARE] = "malware", [FIRST_SEEN] = "first_seen_utc",
		[LAST_ONLINE] = "last_online",
	},
	.needed = 3,
	.row = take,
	.expected = "a row with an address as its dst_ip",
};

static bool is_csv(struct sw_span text)
{
	return sw_table_recognise(text, &table);
}

static int read_csv(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_table_read(reader, text, &table);
}

const struct sw_feed_format sw_feed_feodo_csv = {
	.recognise_text = is_csv,
	.read_text = read_csv,
};

/* "[]", which this list is when no host is known: an array of nothing is nobody else's. */
static bool is_empty_array(struct sw_span text)
{
	size_t i, seen = 0;

	for (i = 0; i < text.size; i++) {
		if (sw_is_blank(text.at[i]) || text.at[i] == '\n')
			continue;
		if (seen == 2 || text.at[i] != "[]"[seen++])
			return false;
	}
	return seen == 2;
}

/* A list of another make may have addresses of that name. */
static bool is_json(struct sw_span text)
{
	static const struct sw_table known = { .column = { "ip_address", "port", "status" },
					       .needed = 3 };

	return is_empty_array(text) || sw_objects_recognise(text, "", &known);
}

static int read_json(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_objects_read(reader, text, "", &objects);
}

const struct sw_feed_format sw_feed_feodo_json = {
	.recognise_text = is_json,
	.read_text = read_json,
};
