// SPDX-License-Identifier: GPL-2.0
#include "feed/zone_read.h"

#include <ctype.h>
#include <errno.h>

#include "base/error.h"
#include "base/text.h"
#include "feed/about.h"
#include "feed/account.h"
#include "feed/exclude.h"

struct zone {
	struct sw_feed_reader *reader;
	enum sw_zone_type type;	    /* of the lines that are being read */
	bool by_lines;		    /* they say it */
	unsigned sets[SW_FAMILIES]; /* that are of the base zone, in all the text */
	__u64 most;		    /* $MAXRANGE4 */
	__u64 expires;
	struct sw_span value, text; /* of entries that have none of their own */
};

/* Cuts "$NAME" off, also where it is hidden from other readers of such files. */
static bool cut_special(struct sw_span *rest, const char *name)
{
	struct sw_span line = *rest, word;

	if (line.size && strchr("#;:", *line.at))
		line = (struct sw_span){ line.at + 1, line.size - 1 };
	if (!line.size || *line.at != '$')
		return false;
	line = (struct sw_span){ line.at + 1, line.size - 1 };
	word = sw_cut_word(&line);
	if (name && (word.size != strlen(name) || memcmp(word.at, name, word.size)))
		return false;
	*rest = line;
	return true;
}

/* Subzones that have a name are not what is asked at the base. */
static bool is_of_base(struct sw_span names)
{
	struct sw_span name;

	while (names.size) {
		name = sw_cut_word(&names);
		if (name.size == 1 && *name.at == '@')
			return true;
	}
	return false;
}

static enum sw_zone_type dataset_type(struct sw_span rest)
{
	struct sw_span type = sw_cut_word(&rest);

	return is_of_base(rest) ? sw_zone_type(type) : SW_ZONE_OTHER;
}

/* Finds what holds for all lines, wherever it stands. */
static void look_ahead(struct zone *zone, struct sw_span text)
{
	struct sw_lines lines = { .rest = text };
	struct sw_span line, rest;
	enum sw_zone_type type;
	__u64 expires;

	while (sw_next_line(&lines, &line)) {
		rest = sw_trim(line);
		if (cut_special(&rest, "DATASET")) {
			type = dataset_type(rest);
			zone->sets[SW_IPV4] += type == SW_ZONE_IP4SET || type == SW_ZONE_IP4TRIE;
			zone->sets[SW_IPV6] += type == SW_ZONE_IP6TRIE;
		} else if (cut_special(&rest, "TIMESTAMP") && sw_zone_expires(rest, &expires) &&
			   expires) {
			zone->expires = expires;
		}
	}
}

static enum sw_line heed_special(struct zone *zone, struct sw_span line)
{
	struct sw_span rest = line;
	__u64 most;

	if (zone->by_lines && cut_special(&rest, "DATASET")) {
		zone->type = dataset_type(rest);
		zone->most = ~0ULL;
		zone->value = zone->text = (struct sw_span){ line.at, 0 };
	} else if (cut_special(&rest, "MAXRANGE4") && sw_zone_max_range(rest, &most) &&
		   most < zone->most) {
		zone->most = most;
	}
	return SW_LINE_HEADER;
}

static enum sw_line heed_default(struct zone *zone, struct sw_span line)
{
	struct sw_span value;

	if (sw_zone_cut_value(&line, &value)) {
		zone->value = value;
		zone->text = line;
	}
	return SW_LINE_HEADER;
}

/* Whether an entry begins with an IPv6 address; "10/8" does not. */
static bool is_ipv6(struct sw_span entry)
{
	size_t i = 0;

	while (i < entry.size && isxdigit((unsigned char)entry.at[i]))
		i++;
	return i + 1 < entry.size && entry.at[i] == ':' &&
	       (entry.at[i + 1] == ':' || isxdigit((unsigned char)entry.at[i + 1]));
}

/* If nobody says the type, the addresses of both families do. */
static bool cut_addresses(const struct zone *zone, struct sw_span *rest,
			  struct sw_address_range *range, enum sw_zone_type *type)
{
	*type = zone->type;
	if (*type != SW_ZONE_UNKNOWN)
		return sw_zone_cut_addresses(*type, rest, range);
	if (is_ipv6(*rest))
		*type = SW_ZONE_IP6TRIE;
	return sw_zone_cut_addresses(*type ?: SW_ZONE_IP4SET, rest, range);
}

/* An ip4set and an ip4trie differ in what an exclusion takes out, and no dataset takes
 * out what another one lists. */
static int refuse_exclusion(const struct zone *zone, struct sw_span line, const char *why)
{
	const struct sw_feed_reader *reader = zone->reader;
	char quoted[80];

	return sw_fail(reader->error, -EINVAL,
		       "%s:%u: \"%s\" says what is not to be listed, which means different things "
		       "in datasets of different types, %s",
		       sw_feed_source(reader->feed), reader->line,
		       sw_quote(quoted, sizeof(quoted), line.at, line.size), why);
}

static enum sw_line take_exclusion(struct zone *zone, struct sw_span line)
{
	struct sw_span rest = sw_trim((struct sw_span){ line.at + 1, line.size - 1 });
	struct sw_address_range range;
	enum sw_zone_type type;

	if (!cut_addresses(zone, &rest, &range, &type))
		return sw_feed_refuse_exclusion(zone->reader, line);
	if (range.family == SW_IPV4 && range.last - range.first >= zone->most)
		return SW_LINE_PASSED;
	if (zone->by_lines && zone->sets[range.family] > 1)
		return sw_feed_stop(zone->reader,
				    refuse_exclusion(zone, line,
						     "and here are several (expected one "
						     "dataset a file)"));
	if (type == SW_ZONE_UNKNOWN)
		return sw_feed_stop(zone->reader,
				    refuse_exclusion(zone, line,
						     "and the file does not say its own (expected "
						     "`format: ip4set` or `format: ip4trie`)"));
	return sw_feed_exclude(zone->reader, line, &range,
			       type == SW_ZONE_IP4SET ? SW_EXCLUDES_CLASS : SW_EXCLUDES_BEHIND);
}

static enum sw_line take_entry(struct zone *zone, struct sw_span line)
{
	struct sw_feed_reader *reader = zone->reader;
	struct sw_span rest = line, value, text;
	struct sw_address_range range;
	enum sw_zone_type type;

	if (!cut_addresses(zone, &rest, &range, &type) || !sw_zone_cut_value(&rest, &value))
		return SW_LINE_BAD;
	if (range.family == SW_IPV4 && range.last - range.first >= zone->most)
		return SW_LINE_PASSED;
	text = rest.size ? rest : value.size ? rest : zone->text;
	while (text.size && strchr("#;", *text.at))
		text = sw_trim((struct sw_span){ text.at + 1, text.size - 1 });
	sw_feed_about_none(reader);
	sw_feed_about(reader, NULL, text);
	sw_feed_about(reader, "value", value.size ? value : zone->value);
	reader->until = zone->expires;
	return sw_feed_take_range(reader, &range, sw_feed_said(reader));
}

static enum sw_line take_line(struct zone *zone, struct sw_span line)
{
	struct sw_span rest = line;

	if (cut_special(&rest, NULL))
		return heed_special(zone, line);
	if (*line.at == ':' && (line.size < 2 || line.at[1] != ':'))
		return heed_default(zone, line);
	if (zone->type == SW_ZONE_OTHER)
		return SW_LINE_PASSED;
	return *line.at == '!' ? take_exclusion(zone, line) : take_entry(zone, line);
}

static bool is_comment(struct sw_span line)
{
	struct sw_span rest = line;

	return strchr("#;", *line.at) && !cut_special(&rest, NULL);
}

int sw_zone_read(struct sw_feed_reader *reader, struct sw_span text, enum sw_zone_type type)
{
	static const char *const expected[] = {
		[SW_ZONE_UNKNOWN] = "addresses as rbldnsd has them",
		[SW_ZONE_IP4SET] = "an IPv4 address, prefix without host bits or range, as "
				   "rbldnsd's ip4set has it",
		[SW_ZONE_IP4TRIE] = "an IPv4 address or prefix without host bits, as rbldnsd's "
				    "ip4trie has it",
		[SW_ZONE_IP6TRIE] = "an IPv6 address or prefix without host bits, as rbldnsd's "
				    "ip6trie has it",
		[SW_ZONE_OTHER] = "nothing",
	};
	struct zone zone = {
		.reader = reader,
		.type = type,
		.by_lines = type == SW_ZONE_UNKNOWN,
		.most = ~0ULL,
	};
	struct sw_lines lines = { .rest = text };
	enum sw_line result;
	struct sw_span line;

	look_ahead(&zone, text);
	while (sw_next_line(&lines, &line)) {
		reader->report->lines = ++reader->line;
		reader->last = reader->open = lines.open;
		line = sw_trim(line);
		if (!line.size || is_comment(line))
			continue;
		result = take_line(&zone, line);
		sw_feed_count(reader, result, line, expected[zone.type]);
		if (result == SW_LINE_STOP)
			return reader->status;
	}
	return 0;
}
