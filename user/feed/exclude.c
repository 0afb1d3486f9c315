// SPDX-License-Identifier: GPL-2.0
#include "feed/exclude.h"

#include <ctype.h>
#include <errno.h>

#include "base/entry.h"
#include "base/error.h"
#include "base/text.h"

static const char nomatch[] = "nomatch";

#define SW_EXCLUSIONS_MAX (1U << 22)

static bool ends_in_nomatch(struct sw_span line)
{
	size_t size = strlen(nomatch);

	return line.size > size + 1 && line.at[line.size - 1] == 'h' &&
	       !memcmp(line.at + line.size - size, nomatch, size) &&
	       sw_is_blank(line.at[line.size - size - 1]);
}

/* "! Title: a list" is somebody's comment; what begins like an address is none. */
static bool begins_like_address(struct sw_span span)
{
	size_t i;

	for (i = 0; i < span.size && isxdigit((unsigned char)span.at[i]); i++)
		;
	return span.size && (isdigit((unsigned char)*span.at) || *span.at == ':' ||
			     (i && i < span.size && span.at[i] == ':'));
}

static struct sw_span excluded(struct sw_span line)
{
	if (*line.at == '!')
		return sw_trim((struct sw_span){ line.at + 1, line.size - 1 });
	return sw_trim((struct sw_span){ line.at, line.size - strlen(nomatch) });
}

bool sw_feed_is_exclusion(struct sw_span line)
{
	return (*line.at == '!' || ends_in_nomatch(line)) && begins_like_address(excluded(line));
}

static enum sw_line refuse(struct sw_feed_reader *reader, struct sw_span line, const char *why)
{
	char quoted[80];

	sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" says what is not to be listed, %s",
		sw_feed_source(reader->feed), reader->line,
		sw_quote(quoted, sizeof(quoted), line.at, line.size), why);
	return sw_feed_stop(reader, -EINVAL);
}

enum sw_line sw_feed_refuse_exclusion(struct sw_feed_reader *reader, struct sw_span line)
{
	return refuse(reader, line,
		      "in a form that cannot be read (expected one such as !192.0.2.7 or "
		      "!192.0.2.0/24)");
}

struct piece {
	struct sw_feed_reader *reader;
	enum sw_exclusion rule;
	int err;
};

static int emit_piece(void *ctx, const struct sw_prefix *prefix)
{
	struct piece *piece = ctx;
	const struct sw_feed_sink *sink = piece->reader->sink;

	piece->err = ++piece->reader->excluded > SW_EXCLUSIONS_MAX
			     ? -E2BIG
			     : sink->exclude(sink->ctx, prefix, piece->reader->line, piece->rule);
	return piece->err;
}

/* Cut to lengths of whole octets, so that none covers part of an entry of its class. */
static int emit_class(void *ctx, const struct sw_prefix *prefix)
{
	struct sw_prefix part = { prefix->address, prefix->family, (prefix->length + 7) / 8 * 8 };
	sw_u128 last = sw_prefix_last(prefix), step;
	int err;

	step = (sw_u128)1 << (sw_family_bits(part.family) - part.length);
	do {
		err = emit_piece(ctx, &part);
		part.address += step;
	} while (!err && part.address - 1 != last);
	return err;
}

enum sw_line sw_feed_exclude(struct sw_feed_reader *reader, struct sw_span line,
			     const struct sw_address_range *range, enum sw_exclusion rule)
{
	struct piece piece = { reader, rule, 0 };

	if (!reader->sink->exclude)
		return refuse(reader, line, "which nothing here heeds");
	if (reader->open)
		return refuse(reader, line,
			      "and lacks its newline: was the file cut short in transit?");
	sw_range_each(range, rule == SW_EXCLUDES_CLASS ? emit_class : emit_piece, &piece);
	if (piece.err == -E2BIG)
		return refuse(reader, line, "after four million prefixes that are not to be");
	return piece.err ? sw_feed_stop(reader, piece.err) : SW_LINE_EXCLUSION;
}

enum sw_line sw_feed_take_exclusion(struct sw_feed_reader *reader, struct sw_span line)
{
	struct sw_span span = sw_feed_without_comment(excluded(line)), rest = span;
	struct sw_span word = sw_cut_word(&rest);
	struct sw_address_range range;
	struct sw_prefix prefix;
	__u32 count; /* that IPsum has behind an address */

	if (!sw_range_parse(span, &range)) {
		if (sw_span_prefix(span, &prefix) &&
		    (!sw_span_number(rest, &count) || sw_span_prefix(word, &prefix)))
			return sw_feed_refuse_exclusion(reader, line);
		sw_prefix_clear_host_bits(&prefix);
		range = (struct sw_address_range){ prefix.family, prefix.address,
						   sw_prefix_last(&prefix) };
	}
	return sw_feed_exclude(reader, line, &range, SW_EXCLUDES_LONGEST);
}
