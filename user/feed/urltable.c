// SPDX-License-Identifier: GPL-2.0
/*
 * Tables as firewalls load them by URL (OPNsense, pfBlockerNG): what stands before the
 * first blank, comma, semicolon, bar or hash of a line is listed, and all behind it is
 * a remark. Other lists have such lines too, and mean more by them: so this format has
 * to be named.
 */
#include "feed/format.h"

static struct sw_span cut_first(struct sw_span *line)
{
	struct sw_span first = { line->at, 0 };

	while (first.size < line->size && !strchr(" \t,;|#", first.at[first.size]))
		first.size++;
	*line = (struct sw_span){ first.at + first.size, line->size - first.size };
	while (line->size && strchr(" \t,;|#", *line->at))
		*line = (struct sw_span){ line->at + 1, line->size - 1 };
	return first;
}

static enum sw_line read_urltable(struct sw_feed_reader *reader, struct sw_span line)
{
	struct sw_span entry = cut_first(&line);

	return sw_feed_take_entry(reader, entry, line);
}

const struct sw_feed_format sw_feed_urltable = {
	.read = read_urltable,
	.expected = "an address, prefix or range at the beginning of the line",
};
