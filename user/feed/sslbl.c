// SPDX-License-Identifier: GPL-2.0
/* abuse.ch SSLBL: servers that command botnets, known by their certificates. Feodo Tracker
 * had the same columns once, and the malware beside them. */
#include "feed/format.h"

#include "feed/about.h"
#include "feed/table.h"

enum {
	ADDRESS,
	PORT,
	FIRST_SEEN,
	MALWARE
};

static enum sw_line take(struct sw_feed_reader *reader, const struct sw_span *value)
{
	struct sw_prefix prefix;

	if (sw_span_prefix(value[ADDRESS], &prefix))
		return SW_LINE_BAD;
	sw_feed_about(reader, NULL, value[MALWARE]);
	sw_feed_about(reader, "port", value[PORT]);
	sw_feed_about(reader, "first seen", value[FIRST_SEEN]);
	return sw_feed_take(reader, &prefix, sw_feed_said(reader));
}

static const struct sw_table table = {
	.column = { [ADDRESS] = "DstIP",
		    [PORT] = "DstPort",
		    [FIRST_SEEN] = "Firstseen",
		    [MALWARE] = "Malware" },
	.needed = 3,
	.row = take,
	.expected = "a row of first seen, address and port",
};

static bool is_sslbl(struct sw_span text)
{
	return sw_table_recognise(text, &table);
}

static int read_sslbl(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_table_read(reader, text, &table);
}

const struct sw_feed_format sw_feed_sslbl = {
	.recognise_text = is_sslbl,
	.read_text = read_sslbl,
};
