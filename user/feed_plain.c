// SPDX-License-Identifier: GPL-2.0
/* One address, prefix or range a line, with comments of any usual style. */
#include <errno.h>

#include "feed_format.h"

struct range {
	__u8 family;
	sw_u128 first;
	sw_u128 last;
};

/* A comment behind an entry follows white space: what a bare ';' joins might be
 * a list, of which all but the first would go missing. */
static struct sw_span without_comment(struct sw_span line)
{
	size_t i;

	for (i = 1; i < line.size; i++) {
		struct sw_span rest = { line.at + i, line.size - i };

		if (sw_is_blank(line.at[i - 1]) && sw_starts_comment(rest))
			return sw_before(line, rest.at);
	}
	return line;
}

static bool parse_range(struct sw_span text, struct range *out)
{
	const char *dash = text.size ? memchr(text.at, '-', text.size) : NULL;
	struct sw_span from, to;
	struct sw_prefix first, last;

	if (!dash)
		return false;
	from = sw_before(text, dash);
	to = sw_behind(text, dash);
	if (sw_address_parse(from.at, from.size, &first) || sw_address_parse(to.at, to.size, &last))
		return false;
	if (first.family != last.family || first.address > last.address)
		return false;
	*out = (struct range){ first.family, first.address, last.address };
	return true;
}

static int split(const struct range *range,
		 int (*emit)(void *ctx, const struct sw_prefix *prefix), void *ctx)
{
	return sw_range_split(range->family, range->first, range->last, emit, ctx);
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

/* All of a range or nothing: the narrow ends of a refused one mean nothing. */
static enum sw_line take_range(struct sw_feed_reader *reader, const struct range *range,
			       struct sw_span tag)
{
	struct piece piece = { reader, tag, SW_LINE_BAD };

	if (split(range, is_wide, (void *)reader->feed))
		return SW_LINE_WIDE;
	split(range, take_piece, &piece);
	return piece.result;
}

enum sw_line sw_feed_take_entry(struct sw_feed_reader *reader, struct sw_span line,
				struct sw_span tag)
{
	struct sw_prefix prefix;
	struct range range;

	if (!sw_span_prefix(line, &prefix))
		return sw_feed_take(reader, &prefix, tag);
	line = without_comment(line);
	if (!sw_span_prefix(line, &prefix))
		return sw_feed_take(reader, &prefix, tag);
	if (parse_range(line, &range))
		return take_range(reader, &range, tag);
	return SW_LINE_BAD;
}

static enum sw_line read_plain(struct sw_feed_reader *reader, struct sw_span line)
{
	return sw_feed_take_entry(reader, line, (struct sw_span){ line.at, 0 });
}

static bool is_plain(struct sw_span line)
{
	struct sw_prefix prefix;
	struct range range;

	line = without_comment(line);
	return !sw_span_prefix(line, &prefix) || parse_range(line, &range);
}

const struct sw_feed_format sw_feed_plain = {
	.recognise = is_plain,
	.read = read_plain,
	.expected = "an address, prefix or range such as 192.0.2.1, 2001:db8::/32 or "
		    "192.0.2.1-192.0.2.9",
};

struct entry {
	sw_feed_emit emit;
	void *ctx;
	__u32 line;
};

static int emit_piece(void *ctx, const struct sw_prefix *prefix)
{
	const struct entry *entry = ctx;

	return entry->emit(entry->ctx, prefix, entry->line, NULL, 0);
}

int sw_entry_parse(const char *text, size_t size, __u32 line, sw_feed_emit emit, void *ctx)
{
	struct entry entry = { emit, ctx, line };
	struct sw_span span = sw_trim((struct sw_span){ text, size });
	struct sw_prefix prefix;
	struct range range;

	if (!sw_span_prefix(span, &prefix)) {
		sw_prefix_clear_host_bits(&prefix);
		return emit_piece(&entry, &prefix);
	}
	if (parse_range(span, &range))
		return split(&range, emit_piece, &entry);
	return -EINVAL;
}
