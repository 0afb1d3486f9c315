// SPDX-License-Identifier: GPL-2.0
/* NiX Spam: when an address was caught, and the address. */
#include "feed/format.h"

#include "feed/about.h"
#include "feed/times.h"

static bool split_line(struct sw_span line, struct sw_span *when, struct sw_prefix *prefix)
{
	struct sw_span address;
	__u64 unix_s;

	*when = sw_cut_word(&line);
	address = sw_cut_word(&line);
	return when->size > 10 && when->at[10] == 'T' && sw_time_parse(*when, &unix_s) &&
	       !sw_span_prefix(address, prefix) && (!line.size || sw_starts_comment(line));
}

static bool is_nixspam(struct sw_span line)
{
	struct sw_prefix prefix;
	struct sw_span when;

	return split_line(line, &when, &prefix);
}

static enum sw_line read_nixspam(struct sw_feed_reader *reader, struct sw_span line)
{
	struct sw_prefix prefix;
	struct sw_span when;

	if (!split_line(line, &when, &prefix))
		return SW_LINE_BAD;
	sw_feed_about_none(reader);
	sw_feed_about(reader, "seen", when);
	return sw_feed_take(reader, &prefix, sw_feed_said(reader));
}

const struct sw_feed_format sw_feed_nixspam = {
	.recognise = is_nixspam,
	.read = read_nixspam,
	.expected = "a time such as 2026-11-29T17:36+0100 and an address",
};
