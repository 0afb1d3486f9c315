// SPDX-License-Identifier: GPL-2.0
/*
 * DShield's block list: first address, last address, prefix length, attacks,
 * network name, country, mail address, with tabs between them.
 */
#include "feed/format.h"

#include <strings.h>

enum {
	START,
	END,
	LENGTH,
	ATTACKS,
	NAME,
	COLUMNS
};

/* Missing columns are empty. */
static void split_columns(struct sw_span line, struct sw_span column[COLUMNS])
{
	struct sw_span rest = line;
	const char *tab;
	int i;

	for (i = 0; i < COLUMNS; i++) {
		tab = rest.size ? memchr(rest.at, '\t', rest.size) : NULL;
		if (!tab) {
			column[i] = sw_trim(rest);
			rest.at += rest.size;
			rest.size = 0;
			continue;
		}
		column[i] = sw_before(rest, tab);
		rest.size -= tab + 1 - rest.at;
		rest.at = tab + 1;
	}
}

/* The end says nothing new, but shows a line that was cut or mixed up. */
static bool parse_block(const struct sw_span column[COLUMNS], struct sw_prefix *out)
{
	struct sw_prefix prefix, end;
	__u32 length;

	if (sw_address_parse(column[START].at, column[START].size, &prefix) ||
	    sw_address_parse(column[END].at, column[END].size, &end) ||
	    !sw_span_number(column[LENGTH], &length))
		return false;
	if (prefix.family != end.family || length > sw_family_bits(prefix.family))
		return false;
	prefix.length = length;
	if (sw_prefix_clear_host_bits(&prefix) || sw_prefix_last(&prefix) != end.address)
		return false;
	*out = prefix;
	return true;
}

/* With tabs between its words, or blanks. */
static bool is_header(struct sw_span start)
{
	return sw_span_is_anycase(sw_cut_word(&start), "start");
}

static bool is_dshield(struct sw_span line)
{
	struct sw_span column[COLUMNS];
	struct sw_prefix prefix;

	split_columns(line, column);
	return parse_block(column, &prefix) || (sw_span_is_anycase(column[START], "start") &&
						sw_span_is_anycase(column[END], "end"));
}

static enum sw_line read_dshield(struct sw_feed_reader *reader, struct sw_span line)
{
	struct sw_span column[COLUMNS];
	struct sw_prefix prefix;

	split_columns(line, column);
	if (is_header(column[START]))
		return SW_LINE_HEADER;
	if (!parse_block(column, &prefix))
		return SW_LINE_BAD;
	return sw_feed_take(reader, &prefix, column[NAME]);
}

const struct sw_feed_format sw_feed_dshield = {
	.recognise = is_dshield,
	.read = read_dshield,
	.expected = "first address, last address and prefix length of a network, tabs between them",
};
