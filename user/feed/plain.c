// SPDX-License-Identifier: GPL-2.0
/* One address, prefix or range a line, with comments of any usual style. */
#include "feed/format.h"

#include "base/entry.h"

/* What the comment behind an entry says, without the marks that begin it. */
static struct sw_span comment_behind(struct sw_span line, struct sw_span entry)
{
	struct sw_span rest = { entry.at + entry.size,
				line.at + line.size - entry.at - entry.size };

	rest = sw_trim(rest);
	while (rest.size && strchr("#;/", *rest.at))
		rest = sw_trim((struct sw_span){ rest.at + 1, rest.size - 1 });
	return rest;
}

struct sw_span sw_feed_without_comment(struct sw_span line)
{
	size_t i;

	for (i = 1; i < line.size; i++) {
		struct sw_span rest = { line.at + i, line.size - i };

		if (sw_is_blank(line.at[i - 1]) && sw_starts_comment(rest))
			return sw_before(line, rest.at);
	}
	return line;
}

static int is_wide(void *ctx, const struct sw_prefix *prefix)
{
	const struct sw_feed_config *feed = ctx;

	return prefix->length < feed->max_width[prefix->family];
}

struct piece {
	struct sw_feed_reader *reader;
	struct sw_span tag;
	enum sw_line result;
};

static int take_piece(void *ctx, const struct sw_prefix *prefix)
{
	struct sw_prefix copy = *prefix;
	struct piece *piece = ctx;

	piece->result = sw_feed_take(piece->reader, &copy, piece->tag);
	return piece->result != SW_LINE_ENTRY;
}

/* A range that is refused for its wide part is refused whole. */
enum sw_line sw_feed_take_range(struct sw_feed_reader *reader, const struct sw_address_range *range,
				struct sw_span tag)
{
	struct piece piece = { reader, tag, SW_LINE_BAD };

	if (sw_range_each(range, is_wide, (void *)reader->feed))
		return SW_LINE_WIDE;
	sw_range_each(range, take_piece, &piece);
	return piece.result;
}

enum sw_line sw_feed_take_entry(struct sw_feed_reader *reader, struct sw_span line,
				struct sw_span tag)
{
	struct sw_prefix prefix;
	struct sw_address_range range;
	struct sw_span entry;

	if (!sw_span_prefix(line, &prefix))
		return sw_feed_take(reader, &prefix, tag);
	entry = sw_feed_without_comment(line);
	if (!tag.size)
		tag = comment_behind(line, entry);
	if (!sw_span_prefix(entry, &prefix))
		return sw_feed_take(reader, &prefix, tag);
	if (sw_range_parse(entry, &range))
		return sw_feed_take_range(reader, &range, tag);
	return SW_LINE_BAD;
}

static enum sw_line read_plain(struct sw_feed_reader *reader, struct sw_span line)
{
	return sw_feed_take_entry(reader, line, (struct sw_span){ line.at, 0 });
}

static bool is_plain(struct sw_span line)
{
	struct sw_prefix prefix;
	struct sw_address_range range;

	line = sw_feed_without_comment(line);
	return !sw_span_prefix(line, &prefix) || sw_range_parse(line, &range);
}

const struct sw_feed_format sw_feed_plain = {
	.recognise = is_plain,
	.read = read_plain,
	.bare = true,
	.expected = "an address, prefix or range such as 192.0.2.1, 2001:db8::/32 or "
		    "192.0.2.1-192.0.2.9",
};
