// SPDX-License-Identifier: GPL-2.0
#include "feed/stix_pattern.h"

#include <ctype.h>
#include <strings.h>

bool sw_stix_names_addresses(struct sw_span pattern)
{
	return memmem(pattern.at, pattern.size, "ipv4-addr", 9) ||
	       memmem(pattern.at, pattern.size, "ipv6-addr", 9) ||
	       memmem(pattern.at, pattern.size, "src_ref.value", 13) ||
	       memmem(pattern.at, pattern.size, "dst_ref.value", 13);
}

static void skip_blanks(struct sw_span *rest)
{
	while (rest->size && isspace((unsigned char)*rest->at)) {
		rest->at++;
		rest->size--;
	}
}

/* Cuts a word off, in any case, that no letter follows. */
static bool cut(struct sw_span *rest, const char *word)
{
	size_t size = strlen(word);

	skip_blanks(rest);
	if (rest->size < size || strncasecmp(rest->at, word, size))
		return false;
	if (isalpha((unsigned char)word[size - 1]) && rest->size > size &&
	    isalnum((unsigned char)rest->at[size]))
		return false;
	rest->at += size;
	rest->size -= size;
	return true;
}

static bool cut_address(struct sw_span *rest, __u8 family, struct sw_prefix *prefix)
{
	const char *quote;
	struct sw_span text;

	if (!cut(rest, "'"))
		return false;
	quote = rest->size ? memchr(rest->at, '\'', rest->size) : NULL;
	if (!quote)
		return false;
	text = (struct sw_span){ rest->at, quote - rest->at };
	*rest = (struct sw_span){ quote + 1, rest->at + rest->size - (quote + 1) };
	return !sw_span_prefix(text, prefix) && prefix->family == family;
}

static enum sw_line take_one(struct sw_feed_reader *reader, struct sw_span *rest, __u8 family,
			     struct sw_span about)
{
	struct sw_prefix prefix;

	if (!cut_address(rest, family, &prefix))
		return SW_LINE_BAD;
	return reader ? sw_feed_take(reader, &prefix, about) : SW_LINE_ENTRY;
}

/* The result of several in all; a bad one ends the whole before it comes here. */
static enum sw_line join(enum sw_line all, enum sw_line one)
{
	return one == SW_LINE_ENTRY ? all : one;
}

static bool is_over(enum sw_line result)
{
	return result == SW_LINE_BAD || result == SW_LINE_STOP;
}

static enum sw_line take_set(struct sw_feed_reader *reader, struct sw_span *rest, __u8 family,
			     struct sw_span about)
{
	enum sw_line result = SW_LINE_ENTRY;

	if (!cut(rest, "("))
		return SW_LINE_BAD;
	do {
		result = join(result, take_one(reader, rest, family, about));
	} while (!is_over(result) && cut(rest, ","));
	return is_over(result) || cut(rest, ")") ? result : SW_LINE_BAD;
}

static enum sw_line take_comparison(struct sw_feed_reader *reader, struct sw_span *rest,
				    struct sw_span about)
{
	__u8 family = SW_IPV4;

	if (!cut(rest, "ipv4-addr:value")) {
		family = SW_IPV6;
		if (!cut(rest, "ipv6-addr:value"))
			return SW_LINE_BAD;
	}
	if (cut(rest, "IN"))
		return take_set(reader, rest, family, about);
	if (!cut(rest, "=") && !cut(rest, "ISSUBSET"))
		return SW_LINE_BAD;
	return take_one(reader, rest, family, about);
}

/* Takes what `take` takes, with the round brackets that may stand around it. Brackets are
 * only counted: with nothing but OR between, it does not matter where they are. */
static enum sw_line take_bracketed(struct sw_feed_reader *reader, struct sw_span *rest,
				   struct sw_span about, unsigned *open,
				   enum sw_line (*take)(struct sw_feed_reader *reader,
							struct sw_span *rest, struct sw_span about))
{
	enum sw_line result;

	while (cut(rest, "("))
		++*open;
	result = take(reader, rest, about);
	while (!is_over(result) && *open && cut(rest, ")"))
		--*open;
	return result;
}

static enum sw_line take_observation(struct sw_feed_reader *reader, struct sw_span *rest,
				     struct sw_span about)
{
	enum sw_line result = SW_LINE_ENTRY;
	unsigned open = 0;

	if (!cut(rest, "["))
		return SW_LINE_BAD;
	do {
		result = join(result, take_bracketed(reader, rest, about, &open, take_comparison));
	} while (!is_over(result) && cut(rest, "OR"));
	return is_over(result) || (!open && cut(rest, "]")) ? result : SW_LINE_BAD;
}

/* Takes all addresses, or with a NULL reader only looks whether they can be. */
static enum sw_line take_all(struct sw_feed_reader *reader, struct sw_span rest,
			     struct sw_span about)
{
	enum sw_line result = SW_LINE_ENTRY;
	unsigned open = 0;

	do {
		result =
			join(result, take_bracketed(reader, &rest, about, &open, take_observation));
	} while (!is_over(result) && cut(&rest, "OR"));
	skip_blanks(&rest);
	return is_over(result) || (!open && !rest.size) ? result : SW_LINE_BAD;
}

/* Whatever else a pattern asks for would narrow what it matches: half of it is none. */
enum sw_line sw_stix_take(struct sw_feed_reader *reader, struct sw_span rest, struct sw_span about)
{
	enum sw_line result = take_all(NULL, rest, about);

	return result == SW_LINE_ENTRY ? take_all(reader, rest, about) : result;
}
