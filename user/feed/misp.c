// SPDX-License-Identifier: GPL-2.0
/*
 * MISP's export of attributes as CSV. Those that are meant for detection (to_ids) and
 * are an address by their type are listed; all others are context.
 */
#include "feed/format.h"

#include <strings.h>

#include "feed/about.h"
#include "feed/table.h"

enum {
	VALUE,
	TYPE,
	TO_IDS,
	CATEGORY,
	COMMENT,
	TAGS,
	EVENT
};

static bool says(struct sw_span value, const char *digit, const char *word)
{
	return sw_span_is(value, digit) ||
	       (value.size == strlen(word) && !strncasecmp(value.at, word, value.size));
}

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	struct sw_prefix prefix;

	bool context = says(value[TO_IDS], "0", "false");

	if (!context && !says(value[TO_IDS], "1", "true")) {
		reader->expected = "a row of which to_ids is 0 or 1";
		return SW_LINE_BAD;
	}
	if (context || (!sw_span_is(value[TYPE], "ip-src") && !sw_span_is(value[TYPE], "ip-dst")))
		return SW_LINE_PASSED;
	if (sw_span_prefix(value[VALUE], &prefix))
		return SW_LINE_BAD;
	sw_feed_about(reader, NULL, value[COMMENT]);
	sw_feed_about(reader, NULL, value[TYPE]);
	sw_feed_about(reader, NULL, value[CATEGORY]);
	sw_feed_about(reader, "tags", value[TAGS]);
	sw_feed_about(reader, "event", value[EVENT]);
	return sw_feed_take(reader, &prefix, sw_feed_said(reader));
}

static const struct sw_table table = {
	.column = {
		[VALUE] = "value", [TYPE] = "type", [TO_IDS] = "to_ids",
		[CATEGORY] = "category", [COMMENT] = "comment", [TAGS] = "attribute_tag",
		[EVENT] = "event_id",
	},
	.needed = 3,
	.row = take,
	.expected = "an address as the value of a row of type ip-src or ip-dst",
};

static bool is_misp(struct sw_span text)
{
	return sw_table_recognise(text, &table);
}

static int read_misp(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_table_read(reader, text, &table);
}

const struct sw_feed_format sw_feed_misp = {
	.recognise_text = is_misp,
	.read_text = read_misp,
};
