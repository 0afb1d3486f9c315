// SPDX-License-Identifier: GPL-2.0
/*
 * Zones of rbldnsd, as many DNS blocklists are handed out. What is listed, and what an
 * exclusion means, hangs on the dataset's type, which is on rbldnsd's command line or
 * on a $DATASET line: each type has a format here, and one goes by the lines.
 */
#include "feed/format.h"

#include "base/array.h"
#include "feed/zone_read.h"

/* A list of addresses alone is a zone too, but nothing in it says so. */
static bool is_zone(struct sw_span line)
{
	static const char *const special[] = {
		"$SOA ", "$NS ", "$TTL ", "$TIMESTAMP ", "$MAXRANGE4 ", "$DATASET ", ":127.",
	};
	size_t i;

	for (i = 0; i < SW_COUNT(special); i++) {
		if (line.size > strlen(special[i]) &&
		    !memcmp(line.at, special[i], strlen(special[i])))
			return true;
	}
	return false;
}

static bool is_rbldnsd(struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line;
	unsigned seen = 0;

	while (seen < 64 && sw_next_line(&lines, &line)) {
		line = sw_trim(line);
		if (line.size && is_zone(line))
			return true;
		seen += line.size > 0;
	}
	return false;
}

static int read_rbldnsd(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_zone_read(reader, text, SW_ZONE_UNKNOWN);
}

static int read_ip4set(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_zone_read(reader, text, SW_ZONE_IP4SET);
}

static int read_ip4trie(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_zone_read(reader, text, SW_ZONE_IP4TRIE);
}

static int read_ip6trie(struct sw_feed_reader *reader, struct sw_span text)
{
	return sw_zone_read(reader, text, SW_ZONE_IP6TRIE);
}

const struct sw_feed_format sw_feed_rbldnsd = {
	.recognise_text = is_rbldnsd,
	.read_text = read_rbldnsd,
};

const struct sw_feed_format sw_feed_ip4set = { .read_text = read_ip4set };
const struct sw_feed_format sw_feed_ip4trie = { .read_text = read_ip4trie };
const struct sw_feed_format sw_feed_ip6trie = { .read_text = read_ip6trie };
