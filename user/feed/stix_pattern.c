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

static bool ends(struct sw_span rest)
{
	bool closed = cut(&rest, "]");

	skip_blanks(&rest);
	return closed && !rest.size;
}

/* Takes all of them, or with a NULL reader only looks whether they can be. */
static enum sw_line take_set(struct sw_feed_reader *reader, struct sw_span rest, __u8 family,
			     struct sw_span about)
{
	enum sw_line result = SW_LINE_ENTRY, one = SW_LINE_ENTRY;
	struct sw_prefix prefix;

	do {
		if (!cut_address(&rest, family, &prefix))
			return SW_LINE_BAD;
		if (reader)
			one = sw_feed_take(reader, &prefix, about);
		if (one == SW_LINE_STOP)
			return one;
		result = one == SW_LINE_WIDE ? one : result;
	} while (cut(&rest, ","));
	return cut(&rest, ")") && ends(rest) ? result : SW_LINE_BAD;
}

enum sw_line sw_stix_take(struct sw_feed_reader *reader, struct sw_span rest, struct sw_span about)
{
	struct sw_prefix prefix;
	__u8 family = SW_IPV4;

	if (!cut(&rest, "["))
		return SW_LINE_BAD;
	if (!cut(&rest, "ipv4-addr:value")) {
		family = SW_IPV6;
		if (!cut(&rest, "ipv6-addr:value"))
			return SW_LINE_BAD;
	}
	if (cut(&rest, "IN")) {
		if (!cut(&rest, "(") || take_set(NULL, rest, family, about) != SW_LINE_ENTRY)
			return SW_LINE_BAD;
		return take_set(reader, rest, family, about);
	}
	if (!cut(&rest, "=") && !cut(&rest, "ISSUBSET"))
		return SW_LINE_BAD;
	if (!cut_address(&rest, family, &prefix) || !ends(rest))
		return SW_LINE_BAD;
	return sw_feed_take(reader, &prefix, about);
}
