/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between feed.c and its formats. A format reads one line at a time, already
 * freed of white space at both ends, neither blank nor a comment line.
 */
#ifndef SPAMWEIR_FEED_FORMAT_H
#define SPAMWEIR_FEED_FORMAT_H

#include <string.h>

#include "feed.h"

/* Some bytes of the feed's buffer. No byte behind it may be read. */
struct sw_span {
	const char *at;
	size_t size;
};

enum sw_line {
	SW_LINE_ENTRY,
	SW_LINE_HEADER, /* about the feed, not of it */
	SW_LINE_BELOW,	/* min_count */
	SW_LINE_WIDE,
	SW_LINE_BAD,
	SW_LINE_STOP, /* reader->status says why */
};

struct sw_feed_reader {
	const struct sw_feed_config *feed;
	struct sw_feed_report *report;
	struct sw_error *error;
	sw_feed_emit emit;
	void *ctx;
	__u32 line; /* the one being read, counted from 1 */
	int status; /* behind SW_LINE_STOP: what the parse returns */
	enum sw_line cut; /* what the last line is without a newline: BAD, WIDE; else ENTRY */
	struct sw_feed_bad first_bad, last_bad;
	__u32 records; /* of JSON, since a line that said how many there were */
};

struct sw_feed_format {
	bool (*recognise)(struct sw_span line);
	enum sw_line (*read)(struct sw_feed_reader *reader, struct sw_span line);
	int (*finish)(struct sw_feed_reader *reader); /* once all lines were fine; may be NULL */
	const char *expected;			       /* of a line */
};

extern const struct sw_feed_format sw_feed_plain;
extern const struct sw_feed_format sw_feed_drop;
extern const struct sw_feed_format sw_feed_ndjson;
extern const struct sw_feed_format sw_feed_dshield;
extern const struct sw_feed_format sw_feed_ipsum;

extern const struct sw_feed_format *const sw_feed_formats[SW_FORMATS]; /* none for auto */

/* Fails, with `error` set, if the text is no feed of any format: -EINVAL. */
int sw_feed_refuse_alien(const struct sw_feed_config *feed, struct sw_span text,
			 struct sw_error *error);

/* The format that most of the first lines have; plain if they have none. */
enum sw_format sw_feed_recognise(struct sw_span text);

/* The feed's file, for errors. */
const char *sw_feed_source(const struct sw_feed_config *feed);

/* Emits one prefix unless it is too wide. */
enum sw_line sw_feed_take(struct sw_feed_reader *reader, struct sw_prefix *prefix,
			  struct sw_span tag);

/* An address, prefix or range, perhaps with a comment behind it. */
enum sw_line sw_feed_take_entry(struct sw_feed_reader *reader, struct sw_span line,
				struct sw_span tag);

static inline bool sw_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static inline struct sw_span sw_trim(struct sw_span span)
{
	while (span.size && sw_is_blank(span.at[span.size - 1]))
		span.size--;
	while (span.size && sw_is_blank(*span.at)) {
		span.at++;
		span.size--;
	}
	return span;
}

static inline bool sw_starts_comment(struct sw_span span)
{
	return span.size && (*span.at == '#' || *span.at == ';' ||
			     (*span.at == '/' && span.size > 1 && span.at[1] == '/'));
}

static inline bool sw_is_content(struct sw_span line)
{
	return line.size && !sw_starts_comment(line);
}

struct sw_cursor {
	struct sw_span rest;
	bool open; /* the line that was read last has no newline */
};

static inline bool sw_next_line(struct sw_cursor *cursor, struct sw_span *line)
{
	struct sw_span *rest = &cursor->rest;
	const char *newline;

	if (!rest->size)
		return false;
	newline = memchr(rest->at, '\n', rest->size);
	cursor->open = !newline;
	line->at = rest->at;
	line->size = newline ? (size_t)(newline - rest->at) : rest->size;
	rest->at += line->size + !cursor->open;
	rest->size -= line->size + !cursor->open;
	return true;
}

/* What stands before a separator within the span, and what behind it. */
static inline struct sw_span sw_before(struct sw_span span, const char *separator)
{
	return sw_trim((struct sw_span){ span.at, separator - span.at });
}

static inline struct sw_span sw_behind(struct sw_span span, const char *separator)
{
	return sw_trim((struct sw_span){ separator + 1, span.at + span.size - (separator + 1) });
}

/* Cuts the first word off a span, up to a blank. */
static inline struct sw_span sw_cut_word(struct sw_span *span)
{
	struct sw_span word = { span->at, 0 };

	while (word.size < span->size && !sw_is_blank(word.at[word.size]))
		word.size++;
	*span = sw_trim((struct sw_span){ word.at + word.size, span->size - word.size });
	return word;
}

/* A decimal number and nothing else. */
static inline bool sw_span_number(struct sw_span span, __u32 *out)
{
	__u64 value = 0;
	size_t i;

	for (i = 0; i < span.size; i++) {
		if ((unsigned)(span.at[i] - '0') > 9)
			return false;
		value = value * 10 + (span.at[i] - '0');
		if (value > 0xffffffff)
			return false;
	}
	*out = value;
	return span.size > 0;
}

static inline int sw_span_prefix(struct sw_span span, struct sw_prefix *out)
{
	return sw_prefix_parse(span.at, span.size, out);
}

#endif
