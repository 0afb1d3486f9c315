/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between parse.c and its formats. Most read one line at a time, already freed of
 * white space at both ends, neither blank nor a comment line; those whose records
 * may span lines read the whole text.
 */
#ifndef SPAMWEIR_FEED_FORMAT_H
#define SPAMWEIR_FEED_FORMAT_H

#include <string.h>

#include "base/entry.h"
#include "base/span.h"
#include "feed/feed.h"

enum sw_line {
	SW_LINE_ENTRY,
	SW_LINE_HEADER, /* about the feed, not of it */
	SW_LINE_BELOW,	/* min_count */
	SW_LINE_PASSED, /* a good one that lists no address */
	SW_LINE_WIDE,
	SW_LINE_EXCLUSION,
	SW_LINE_BAD,
	SW_LINE_STOP, /* reader->status says why */
};

/* "Number of entries: 7", above them. */
struct sw_promise {
	long long count;
	__u32 from; /* report->content by then */
	__u32 line;
	char text[80]; /* quoted */
};

#define SW_FEED_NAMED_FIRST (1U << 16)

struct sw_feed_reader {
	const struct sw_feed_config *feed;
	struct sw_feed_report *report;
	struct sw_error *error;
	const struct sw_feed_sink *sink;
	__u32 line;  /* the one being read, counted from 1 */
	bool last;   /* it has no newline */
	bool open;   /* nothing of it is emitted, for it may have been cut */
	bool half;   /* of a text (halves.h) */
	__u64 until; /* of what the line lists, as in struct sw_feed_entry */
	__u32 taken[SW_FAMILIES];
	int status;	  /* behind SW_LINE_STOP: what the parse returns */
	enum sw_line cut; /* what the last line is without a newline: BAD, WIDE; else ENTRY */
	struct sw_feed_bad first_bad, last_bad;
	struct sw_feed_bad page; /* of a line, the first that begins one; line 0: none does */
	char looks[160];	 /* what first_bad might be, with what to do; empty: no idea */
	__u32 records;		 /* since a line that said how many there were */
	struct sw_promise promise;
	__u32 excluded;	      /* prefixes */
	__u32 passed;	      /* of the report's `below` */
	const char *expected; /* of the record that is bad; NULL: what the format says */
	struct sw_span shown; /* what of it is shown; empty: all */
	char about[SW_FEED_ABOUT_MAX + 1]; /* about.h */
	size_t about_size;
	void *own; /* the format's */
	/* Of JSON, what some object has: a bit for each column, and from SW_FEED_NAMED_FIRST on for
	 * each of the first one's names, if it has several. */
	__u32 named;
};

/* Either the two that take a line, or the two that take a text. */
struct sw_feed_format {
	bool (*recognise)(struct sw_span line);
	enum sw_line (*read)(struct sw_feed_reader *reader, struct sw_span line);
	bool bare; /* a line may be an address or prefix and nothing else, for sw_feed_take_bare() */
	bool (*recognise_text)(struct sw_span text);
	/* Counts what it reads (account.h). 0, or -errno with reader->error set. */
	int (*read_text)(struct sw_feed_reader *reader, struct sw_span text);
	/* Once all lines were fine: whether the list's own end mark is there. NULL:
	 * it has none, and a last line without newline is suspect. */
	int (*finish)(struct sw_feed_reader *reader);
	const char *expected; /* of a line, or record */
};

extern const struct sw_feed_format sw_feed_plain;
extern const struct sw_feed_format sw_feed_drop;
extern const struct sw_feed_format sw_feed_ndjson;
extern const struct sw_feed_format sw_feed_dshield;
extern const struct sw_feed_format sw_feed_ipsum;
extern const struct sw_feed_format sw_feed_feodo_csv;
extern const struct sw_feed_format sw_feed_threatfox_csv;
extern const struct sw_feed_format sw_feed_sslbl;
extern const struct sw_feed_format sw_feed_feodo_json;
extern const struct sw_feed_format sw_feed_threatfox_json;
extern const struct sw_feed_format sw_feed_misp;
extern const struct sw_feed_format sw_feed_stix;
extern const struct sw_feed_format sw_feed_crowdsec;
extern const struct sw_feed_format sw_feed_rbldnsd;
extern const struct sw_feed_format sw_feed_ip4set;
extern const struct sw_feed_format sw_feed_ip4trie;
extern const struct sw_feed_format sw_feed_ip6trie;
extern const struct sw_feed_format sw_feed_csv;
extern const struct sw_feed_format sw_feed_json;
extern const struct sw_feed_format sw_feed_nixspam;
extern const struct sw_feed_format sw_feed_urltable;

extern const struct sw_feed_format *const sw_feed_formats[SW_FORMATS]; /* none for auto */

/* The line without a comment behind an entry, which follows white space: what a
 * bare ';' joins might be a list, of which all but the first would go missing. */
struct sw_span sw_feed_without_comment(struct sw_span line);

/* Emits one prefix unless it is too wide. */
enum sw_line sw_feed_take(struct sw_feed_reader *reader, struct sw_prefix *prefix,
			  struct sw_span tag);

/* An address, prefix or range, perhaps with a comment behind it. */
enum sw_line sw_feed_take_entry(struct sw_feed_reader *reader, struct sw_span line,
				struct sw_span tag);

/* A range: all of its prefixes, or none if one is too wide. */
enum sw_line sw_feed_take_range(struct sw_feed_reader *reader, const struct sw_address_range *range,
				struct sw_span tag);

/* The parse ends with `code`; `reader->error` has been set. */
static inline enum sw_line sw_feed_stop(struct sw_feed_reader *reader, int code)
{
	reader->status = code;
	return SW_LINE_STOP;
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

struct sw_lines {
	struct sw_span rest;
	bool open; /* the line that was read last has no newline */
};

static inline bool sw_next_line(struct sw_lines *lines, struct sw_span *line)
{
	struct sw_span *rest = &lines->rest;
	const char *newline;

	if (!rest->size)
		return false;
	newline = memchr(rest->at, '\n', rest->size);
	lines->open = !newline;
	line->at = rest->at;
	line->size = newline ? (size_t)(newline - rest->at) : rest->size;
	rest->at += line->size + !lines->open;
	rest->size -= line->size + !lines->open;
	return true;
}

#endif
