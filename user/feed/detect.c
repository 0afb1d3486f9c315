// SPDX-License-Identifier: GPL-2.0
/* What a feed's text is, judged before any line is read as an entry. */
#include "feed/detect.h"

#include <errno.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/format.h"

#define RECOGNISE_LINES 16

const struct sw_feed_format *const sw_feed_formats[SW_FORMATS] = {
	[SW_FORMAT_PLAIN] = &sw_feed_plain,
	[SW_FORMAT_DROP] = &sw_feed_drop,
	[SW_FORMAT_NDJSON] = &sw_feed_ndjson,
	[SW_FORMAT_DSHIELD] = &sw_feed_dshield,
	[SW_FORMAT_IPSUM] = &sw_feed_ipsum,
};

static __u32 line_of(struct sw_span text, const char *at)
{
	struct sw_lines lines = { .rest = { text.at, at - text.at } };
	struct sw_span line;
	__u32 number = 1;

	while (sw_next_line(&lines, &line))
		number += !lines.open;
	return number;
}

static bool starts_with(struct sw_span text, const char *word)
{
	size_t size = strlen(word);

	return text.size >= size && !strncasecmp(text.at, word, size);
}

static bool is_page(struct sw_span text)
{
	static const char *const tag[] = {
		"<!doctype", "<html", "<head", "<body", "<!--", "<?xml",
	};
	size_t i;

	for (i = 0; i < sizeof(tag) / sizeof(tag[0]); i++) {
		if (starts_with(text, tag[i]))
			return true;
	}
	return false;
}

static int refuse_pages(const struct sw_feed_config *feed, struct sw_span text,
			struct sw_error *error)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line = { text.at, 0 };
	char quoted[80];
	__u32 number = 0;

	while (!line.size && sw_next_line(&lines, &line)) {
		line = sw_trim(line);
		number++;
	}
	if (!is_page(line))
		return 0;
	return sw_fail(error, -EINVAL,
		       "%s:%u: \"%s\" begins an HTML page (expected a feed): was an error page "
		       "saved in its place?",
		       sw_feed_source(feed), number,
		       sw_quote(quoted, sizeof(quoted), line.at, line.size));
}

int sw_feed_refuse_alien(const struct sw_feed_config *feed, struct sw_span text,
			 struct sw_error *error)
{
	const char *nul;

	if (text.size >= 2 && !memcmp(text.at, "\x1f\x8b", 2))
		return sw_fail(error, -EINVAL, "%s: is compressed with gzip (expected text)",
			       sw_feed_source(feed));
	nul = text.size ? memchr(text.at, '\0', text.size) : NULL;
	if (nul)
		return sw_fail(error, -EINVAL,
			       "%s:%u: \"\\x00\": the file is binary (expected text)",
			       sw_feed_source(feed), line_of(text, nul));
	return refuse_pages(feed, text, error);
}

/* The narrower forms come first: a DROP line is a plain one with a comment. */
static const enum sw_format order[] = {
	SW_FORMAT_NDJSON, SW_FORMAT_DSHIELD, SW_FORMAT_IPSUM, SW_FORMAT_DROP, SW_FORMAT_PLAIN,
};

#define ORDERED (sizeof(order) / sizeof(order[0]))

static enum sw_format recognise_line(struct sw_span line)
{
	size_t i;

	for (i = 0; i < ORDERED; i++) {
		if (sw_feed_formats[order[i]]->recognise(line))
			return order[i];
	}
	return SW_FORMAT_AUTO;
}

/* What most of the first content lines are: the very first may be a header, or
 * an odd one. */
enum sw_format sw_feed_recognise(struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	unsigned votes[SW_FORMATS] = { 0 }, seen = 0, most = 0;
	enum sw_format best = SW_FORMAT_PLAIN;
	struct sw_span line;
	size_t i;

	while (seen < RECOGNISE_LINES && sw_next_line(&lines, &line)) {
		line = sw_trim(line);
		if (line.size > SW_FEED_LINE_MAX || !sw_is_content(line))
			continue;
		votes[recognise_line(line)]++;
		seen++;
	}
	for (i = 0; i < ORDERED; i++) {
		if (votes[order[i]] > most) {
			most = votes[order[i]];
			best = order[i];
		}
	}
	return best;
}
