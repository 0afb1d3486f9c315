// SPDX-License-Identifier: GPL-2.0
#include "feed/format.h"

#include <errno.h>

#include "base/error.h"

static enum sw_line refuse_more(struct sw_feed_reader *reader, __u8 family)
{
	int err =
		sw_fail(reader->error, -EINVAL,
			"%s:%u: more than %u IPv%c entries so far, ranges counted as the prefixes "
			"that they are (max_entries allows no more)",
			sw_feed_source(reader->feed), reader->line,
			sw_feed_most_entries(reader->feed, family), family == SW_IPV4 ? '4' : '6');

	return sw_feed_stop(reader, err);
}

enum sw_line sw_feed_take(struct sw_feed_reader *reader, struct sw_prefix *prefix,
			  struct sw_span tag)
{
	const struct sw_feed_sink *sink = reader->sink;
	struct sw_feed_entry entry;
	bool host_bits;
	int err;

	if (prefix->length < reader->feed->max_width[prefix->family])
		return SW_LINE_WIDE;
	if (reader->open)
		return SW_LINE_ENTRY;
	if (++reader->taken[prefix->family] > sw_feed_most_entries(reader->feed, prefix->family))
		return refuse_more(reader, prefix->family);
	host_bits = sw_prefix_clear_host_bits(prefix);
	if (tag.size > SW_FEED_ABOUT_MAX)
		tag.size = SW_FEED_ABOUT_MAX;
	entry = (struct sw_feed_entry){ *prefix, reader->line, tag, reader->until };
	err = sink->emit(sink->ctx, &entry);
	if (err)
		return sw_feed_stop(reader, err);
	reader->report->host_bits += host_bits;
	reader->report->entries++;
	return SW_LINE_ENTRY;
}
