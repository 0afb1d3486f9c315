/* SPDX-License-Identifier: GPL-2.0 */
/* What each line of a feed is, worked out again by means of C strings. */
#ifndef SPAMWEIR_FUZZ_FEED_LINES_H
#define SPAMWEIR_FUZZ_FEED_LINES_H

#include <jansson.h>
#include <strings.h>

#include "feed/feed.h"
#include "reference.h"

#define BLANKS " \t\r\v\f"

enum line_is {
	LINE_NOTHING, /* blank, a comment, a header */
	LINE_RANGE,
	LINE_BELOW,
	LINE_BAD,
	LINE_METADATA, /* says how many records came before it */
	LINE_EXCLUSION,
	LINE_REFUSED, /* an exclusion that cannot be read: the parse ends there */
};

struct line {
	enum line_is is;
	__u8 family;
	sw_u128 first;
	sw_u128 last;
	bool is_record;
	json_int_t records; /* of metadata */
	const char *tag;    /* NULL: none. Within the line, or until the next one is read. */
};

static inline char *trimmed(char *text)
{
	size_t size;

	text += strspn(text, BLANKS);
	for (size = strlen(text); size && strchr(BLANKS, text[size - 1]); size--)
		text[size - 1] = '\0';
	return text;
}

static inline bool is_comment(const char *text)
{
	return *text == '#' || *text == ';' || starts_with(text, "//");
}

static inline struct line line_of_prefix(struct sw_prefix prefix)
{
	unsigned host = sw_family_bits(prefix.family) - prefix.length;
	sw_u128 mask = host < 128 ? ((sw_u128)1 << host) - 1 : ~(sw_u128)0;

	return (struct line){
		.is = LINE_RANGE,
		.family = prefix.family,
		.first = prefix.address & ~mask,
		.last = prefix.address | mask,
	};
}

static inline struct line read_range(char *text)
{
	struct line bad = { .is = LINE_BAD };
	struct sw_prefix first, last;
	char *dash = strchr(text, '-');

	if (!dash)
		return bad;
	*dash = '\0';
	if (!reference_address(trimmed(text), &first) ||
	    !reference_address(trimmed(dash + 1), &last))
		return bad;
	if (first.family != last.family || first.address > last.address)
		return bad;
	return (struct line){
		.is = LINE_RANGE,
		.family = first.family,
		.first = first.address,
		.last = last.address,
	};
}

/* As inline entries have it. */
static inline struct line read_address_or_range(char *text)
{
	char *copy = strdup(text);
	struct sw_prefix prefix;
	bool taken;

	must(copy);
	taken = reference_prefix(copy, &prefix);
	free(copy);
	return taken ? line_of_prefix(prefix) : read_range(text);
}

static inline struct line read_entry(char *text)
{
	const char *comment = NULL;
	struct line line;
	char *at;

	for (at = text; *at; at++) {
		if (at > text && strchr(BLANKS, at[-1]) && is_comment(at)) {
			for (comment = at; *comment && strchr("#;/" BLANKS, *comment);)
				comment++;
			*at = '\0';
			break;
		}
	}
	line = read_address_or_range(trimmed(text));
	line.tag = comment;
	return line;
}

static inline struct line read_drop_line(char *text)
{
	char *semicolon = strchr(text, ';');
	const char *tag = NULL;
	struct line line;

	if (semicolon) {
		*semicolon++ = '\0';
		semicolon = trimmed(semicolon);
		tag = strsep(&semicolon, BLANKS);
	}
	line = read_entry(trimmed(text));
	if (tag && *tag)
		line.tag = tag;
	return line;
}

static inline struct line read_ipsum_line(char *text, __u64 min_count)
{
	struct line bad = { .is = LINE_BAD }, line;
	static char lists[32];
	char *address = strsep(&text, BLANKS), *count;
	struct sw_prefix prefix;
	__u64 number;

	text = text ? trimmed(text) : NULL;
	count = strsep(&text, BLANKS);
	text = text ? trimmed(text) : "";
	if (!count || !reference_prefix(address, &prefix) ||
	    !reference_number(count, UINT32_MAX, &number) || (*text && !is_comment(text)))
		return bad;
	if (number < min_count)
		return (struct line){ .is = LINE_BELOW };
	line = line_of_prefix(prefix);
	snprintf(lists, sizeof(lists), "on %llu lists", number);
	line.tag = lists;
	return line;
}

static inline char *next_column(char **text)
{
	static char empty[] = "";
	char *column = strsep(text, "\t");

	return column ? trimmed(column) : empty;
}

static inline struct line read_dshield_line(char *text)
{
	struct line bad = { .is = LINE_BAD }, block;
	char *start = next_column(&text), *end = next_column(&text), *length = next_column(&text);
	struct sw_prefix first, last;
	__u64 number;

	if (!strncasecmp(start, "start", 5) && (!start[5] || sw_is_blank(start[5])))
		return (struct line){ .is = LINE_NOTHING };
	if (!reference_address(start, &first) || !reference_address(end, &last) ||
	    first.family != last.family ||
	    !reference_number(length, sw_family_bits(first.family), &number))
		return bad;
	first.length = number;
	block = line_of_prefix(first);
	next_column(&text); /* attacks */
	block.tag = next_column(&text);
	return block.first == first.address && block.last == last.address ? block : bad;
}

static inline const char *json_tag(json_t *id)
{
	static char tag[SW_FEED_LINE_MAX + 1];
	const char *value = json_string_value(id);

	return value ? strcpy(tag, value) : NULL;
}

static inline struct line read_json_line(const char *text)
{
	json_t *row = json_loads(text, 0, NULL) ?: json_loads(text, JSON_DECODE_INT_AS_REAL, NULL);
	const char *type = json_string_value(json_object_get(row, "type"));
	json_t *cidr = json_object_get(row, "cidr"), *count = json_object_get(row, "records");
	double number = json_number_value(count);
	bool is_metadata = type && !strcmp(type, "metadata");
	struct line line = { .is = LINE_BAD };
	struct sw_prefix prefix;
	char *copy;

	if (is_metadata && json_is_number(count) && number <= 1e15 && number >= -1e15 &&
	    number == (json_int_t)number) {
		line.is = LINE_METADATA;
		line.records = number;
	} else if (!is_metadata && json_is_string(cidr)) {
		copy = strdup(json_string_value(cidr));
		must(copy);
		if (reference_prefix(copy, &prefix))
			line = line_of_prefix(prefix);
		free(copy);
		line.tag = json_tag(json_object_get(row, "sblid"));
	}
	line.is_record = !is_metadata;
	json_decref(row);
	return line;
}

static inline bool begins_like_address(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	return strspn(text, "0123456789:") || (digits && text[digits] == ':');
}

/* What a line excludes, cut out of it; NULL: it is no such line. */
static inline char *excluded_by(char *text)
{
	size_t size = strlen(text), word = strlen("nomatch");

	if (*text == '!') {
		text = trimmed(text + 1);
	} else if (size > word + 1 && !strcmp(text + size - word, "nomatch") &&
		   strchr(BLANKS, text[size - word - 1])) {
		if (!begins_like_address(text))
			return NULL; /* and the line stays whole */
		text[size - word] = '\0';
		text = trimmed(text);
	} else {
		return NULL;
	}
	return begins_like_address(text) ? text : NULL;
}

static inline struct line read_exclusion(char *text, bool open)
{
	char *copy = strdup(text), *rest = copy, *word, *end;
	struct line line = read_entry(text);
	struct sw_prefix prefix;
	__u64 number;

	must(copy);
	word = strsep(&rest, BLANKS);
	if (line.is != LINE_RANGE && rest && reference_prefix(word, &prefix)) {
		for (end = rest;
		     *end && !(end > rest && strchr(BLANKS, end[-1]) && is_comment(end));)
			end++;
		*end = '\0';
		if (reference_number(trimmed(rest), UINT32_MAX, &number))
			line.is = LINE_RANGE;
	}
	free(copy);
	return (struct line){ .is = line.is == LINE_RANGE && !open ? LINE_EXCLUSION
								   : LINE_REFUSED };
}

/* `text` is one line without its newline, and is cut up. `open`: it has none, and
 * it should. */
static inline struct line read_line(char *text, enum sw_format format, __u64 min_count, bool open)
{
	char *excluded, *behind;

	text = trimmed(text);
	for (behind = strchr(text, '\r'); behind && is_comment(text);
	     behind = strchr(behind, '\r')) {
		behind = trimmed(behind);
		if (*behind && !is_comment(behind))
			return (struct line){ .is = LINE_BAD };
	}
	if (!*text || is_comment(text))
		return (struct line){ .is = LINE_NOTHING };
	excluded = excluded_by(text);
	if (excluded)
		return read_exclusion(excluded, open);
	switch (format) {
	case SW_FORMAT_PLAIN:
		return read_entry(text);
	case SW_FORMAT_DROP:
		return read_drop_line(text);
	case SW_FORMAT_NDJSON:
		return read_json_line(text);
	case SW_FORMAT_DSHIELD:
		return read_dshield_line(text);
	case SW_FORMAT_IPSUM:
		return read_ipsum_line(text, min_count);
	default: /* they take no line */
		break;
	}
	abort();
}

#endif
