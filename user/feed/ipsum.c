// SPDX-License-Identifier: GPL-2.0
/* IPsum: an address, and on how many lists it stands. */
#include "feed/format.h"

#include <stdio.h>

static bool split_line(struct sw_span line, struct sw_prefix *prefix, __u32 *count)
{
	struct sw_span address = sw_cut_word(&line);
	struct sw_span number = sw_cut_word(&line);

	return !sw_span_prefix(address, prefix) && sw_span_number(number, count) &&
	       (!line.size || sw_starts_comment(line));
}

static bool is_ipsum(struct sw_span line)
{
	struct sw_prefix prefix;
	__u32 count;

	return split_line(line, &prefix, &count);
}

static enum sw_line read_ipsum(struct sw_feed_reader *reader, struct sw_span line)
{
	struct sw_prefix prefix;
	char lists[32];
	__u32 count;

	if (!split_line(line, &prefix, &count))
		return SW_LINE_BAD;
	if (count < reader->feed->min_count)
		return SW_LINE_BELOW;
	snprintf(lists, sizeof(lists), "on %u lists", count);
	return sw_feed_take(reader, &prefix, (struct sw_span){ lists, strlen(lists) });
}

const struct sw_feed_format sw_feed_ipsum = {
	.recognise = is_ipsum,
	.read = read_ipsum,
	.expected = "an address, a tab and a count",
};
