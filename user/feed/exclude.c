// SPDX-License-Identifier: GPL-2.0
#include "feed/exclude.h"

#include <ctype.h>
#include <errno.h>

#include "base/entry.h"
#include "base/error.h"
#include "base/text.h"

static const char nomatch[] = "nomatch";

static bool ends_in_nomatch(struct sw_span line)
{
	size_t size = strlen(nomatch);

	return line.size > size + 1 && !memcmp(line.at + line.size - size, nomatch, size) &&
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

struct piece {
	struct sw_feed_reader *reader;
	int err;
};

static int emit_piece(void *ctx, const struct sw_prefix *prefix)
{
	struct piece *piece = ctx;
	const struct sw_feed_sink *sink = piece->reader->sink;

	piece->err = sink->exclude(sink->ctx, prefix, piece->reader->line);
	return piece->err;
}

static enum sw_line refuse(struct sw_feed_reader *reader, struct sw_span line, const char *why)
{
	char quoted[80];

	sw_fail(reader->error, -EINVAL, "%s:%u: \"%s\" says what is not to be listed, %s",
		sw_feed_source(reader->feed), reader->line,
		sw_quote(quoted, sizeof(quoted), line.at, line.size), why);
	return sw_feed_stop(reader, -EINVAL);
}

enum sw_line sw_feed_take_exclusion(struct sw_feed_reader *reader, struct sw_span line)
{
	struct sw_span span = sw_feed_without_comment(excluded(line)), rest = span;
	struct sw_span word = sw_cut_word(&rest);
	struct piece piece = { .reader = reader };
	struct sw_address_range range;
	struct sw_prefix prefix;
	__u32 count; /* that IPsum has behind an address */

	if (!reader->sink->exclude)
		return refuse(reader, line, "which nothing here heeds");
	if (reader->open)
		return refuse(reader, line,
			      "and lacks its newline: was the file cut short in transit?");
	if (sw_range_parse(span, &range)) {
		sw_range_each(&range, emit_piece, &piece);
	} else if (!sw_span_prefix(span, &prefix) ||
		   (sw_span_number(rest, &count) && !sw_span_prefix(word, &prefix))) {
		sw_prefix_clear_host_bits(&prefix);
		emit_piece(&piece, &prefix);
	} else {
		return refuse(reader, line,
			      "in a form that cannot be read (expected one such as !192.0.2.7 or "
			      "!192.0.2.0/24)");
	}
	return piece.err ? sw_feed_stop(reader, piece.err) : SW_LINE_EXCLUSION;
}
