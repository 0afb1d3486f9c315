// SPDX-License-Identifier: GPL-2.0
/* What a feed's text is, judged before any line is read as an entry. */
#include "feed/detect.h"

#include <errno.h>
#include <strings.h>

#include "base/array.h"
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
	[SW_FORMAT_FEODO_CSV] = &sw_feed_feodo_csv,
	[SW_FORMAT_THREATFOX_CSV] = &sw_feed_threatfox_csv,
	[SW_FORMAT_SSLBL] = &sw_feed_sslbl,
	[SW_FORMAT_FEODO_JSON] = &sw_feed_feodo_json,
	[SW_FORMAT_THREATFOX_JSON] = &sw_feed_threatfox_json,
	[SW_FORMAT_MISP] = &sw_feed_misp,
	[SW_FORMAT_STIX] = &sw_feed_stix,
	[SW_FORMAT_CROWDSEC] = &sw_feed_crowdsec,
	[SW_FORMAT_RBLDNSD] = &sw_feed_rbldnsd,
	[SW_FORMAT_IP4SET] = &sw_feed_ip4set,
	[SW_FORMAT_IP4TRIE] = &sw_feed_ip4trie,
	[SW_FORMAT_IP6TRIE] = &sw_feed_ip6trie,
	[SW_FORMAT_CSV] = &sw_feed_csv,
	[SW_FORMAT_JSON] = &sw_feed_json,
	[SW_FORMAT_NIXSPAM] = &sw_feed_nixspam,
	[SW_FORMAT_URLTABLE] = &sw_feed_urltable,
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

/* Not <header> and its like, of which a remark in a list may tell. */
static bool starts_with_tag(struct sw_span text, const char *tag)
{
	size_t size = strlen(tag);

	return starts_with(text, tag) && (text.size == size || text.at[size] == '>' ||
					  text.at[size] == '\n' || sw_is_blank(text.at[size]));
}

static bool begins_page(struct sw_span text)
{
	return starts_with(text, "<!doctype") || starts_with_tag(text, "<html") ||
	       starts_with_tag(text, "<head") || starts_with_tag(text, "<body");
}

bool sw_feed_has_page(struct sw_span line)
{
	const char *at = line.at, *end = line.at + line.size;

	while (at < end && (at = memchr(at, '<', end - at))) {
		if (begins_page((struct sw_span){ at, end - at }))
			return true;
		at++;
	}
	return false;
}

static bool is_page(struct sw_span text)
{
	return begins_page(text) || starts_with(text, "<!--") || starts_with(text, "<?xml");
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

/* What a file that is no text begins with, and what makes text of it. */
static const struct {
	const char *bytes;
	size_t size;
	const char *is;
	const char *mend;
} alien[] = {
	{ "\x1f\x8b", 2, "is compressed with gzip", "gunzip" },
	{ "\xfd"
	  "7zXZ\0",
	  6, "is compressed with xz", "unxz" },
	{ "BZh", 3, "is compressed with bzip2", "bunzip2" },
	{ "\x28\xb5\x2f\xfd", 4, "is compressed with zstd", "unzstd" },
	{ "PK\3\4", 4, "is a zip archive", "unzip -p" },
	{ "PK\5\6", 4, "is an empty zip archive", "unzip -p" },
	{ "7z\xbc\xaf\x27\x1c", 6, "is a 7z archive", "7z x -so" },
	{ "\xff\xfe", 2, "is UTF-16", "iconv -f UTF-16 -t UTF-8" },
	{ "\xfe\xff", 2, "is UTF-16", "iconv -f UTF-16 -t UTF-8" },
};

/* UTF-16 without a byte order mark: ASCII in which every other byte is 0. */
static bool is_bare_utf16(struct sw_span text)
{
	return text.size >= 4 && ((text.at[0] && !text.at[1] && text.at[2] && !text.at[3]) ||
				  (!text.at[0] && text.at[1] && !text.at[2] && text.at[3]));
}

static int refuse_binary(const struct sw_feed_config *feed, struct sw_span text,
			 struct sw_error *error)
{
	const char *nul = text.size ? memchr(text.at, '\0', text.size) : NULL;
	size_t i;

	for (i = 0; i < SW_COUNT(alien); i++) {
		if (text.size >= alien[i].size && !memcmp(text.at, alien[i].bytes, alien[i].size))
			return sw_fail(error, -EINVAL, "%s: %s (expected text; `%s` makes it that)",
				       sw_feed_source(feed), alien[i].is, alien[i].mend);
	}
	if (is_bare_utf16(text))
		return sw_fail(error, -EINVAL,
			       "%s: is UTF-16 (expected text; `iconv -f UTF-16LE -t UTF-8` or -f "
			       "UTF-16BE makes it that)",
			       sw_feed_source(feed));
	if (nul)
		return sw_fail(error, -EINVAL,
			       "%s:%u: \"\\x00\": the file is binary (expected text)",
			       sw_feed_source(feed), line_of(text, nul));
	return 0;
}

/* All of it would be one line, and of a comment nobody would know. JSON has no lines. */
static int refuse_old_mac(const struct sw_feed_config *feed, struct sw_span text,
			  struct sw_error *error)
{
	struct sw_span first = sw_trim(text);

	if (!first.size || *first.at == '{' || *first.at == '[' ||
	    memchr(text.at, '\n', text.size) || !memchr(first.at, '\r', first.size))
		return 0;
	return sw_fail(error, -EINVAL,
		       "%s: its lines end in CR alone, as on an old Mac (expected LF or CR LF; "
		       "`tr '\\r' '\\n'` makes it that)",
		       sw_feed_source(feed));
}

int sw_feed_refuse_alien(const struct sw_feed_config *feed, struct sw_span text,
			 struct sw_error *error)
{
	int err = refuse_binary(feed, text, error);

	if (!err)
		err = refuse_old_mac(feed, text, error);
	return err ? err : refuse_pages(feed, text, error);
}

/* Those that are known by a whole text, which no two of them are. */
static enum sw_format recognise_text(struct sw_span text)
{
	int format;

	for (format = SW_FORMAT_AUTO + 1; format < SW_FORMATS; format++) {
		if (sw_feed_formats[format]->recognise_text &&
		    sw_feed_formats[format]->recognise_text(text))
			return format;
	}
	return SW_FORMAT_AUTO;
}

/* The narrower forms come first: a DROP line is a plain one with a comment. */
static const enum sw_format order[] = {
	SW_FORMAT_NDJSON,  SW_FORMAT_DSHIELD, SW_FORMAT_IPSUM,
	SW_FORMAT_NIXSPAM, SW_FORMAT_DROP,    SW_FORMAT_PLAIN,
};

#define ORDERED SW_COUNT(order)

static enum sw_format recognise_line(struct sw_span line)
{
	size_t i;

	for (i = 0; i < ORDERED; i++) {
		if (sw_feed_formats[order[i]]->recognise(line))
			return order[i];
	}
	return SW_FORMAT_AUTO;
}

/* The format of most of the first content lines: the very first may be a header, or
 * an odd one. */
static enum sw_format recognise_lines(struct sw_span text)
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

enum sw_format sw_feed_recognise(struct sw_span text)
{
	enum sw_format format = recognise_text(text);

	return format == SW_FORMAT_AUTO ? recognise_lines(text) : format;
}
