// SPDX-License-Identifier: GPL-2.0
#include "feed/zone.h"

#include <ctype.h>
#include <string.h>

#include "feed/times.h"

static bool is_word(struct sw_span word, const char *text)
{
	size_t size = strlen(text);

	return word.size >= size && !memcmp(word.at, text, size) &&
	       (word.size == size || word.at[size] == ':');
}

enum sw_zone_type sw_zone_type(struct sw_span word)
{
	if (is_word(word, "ip4set") || is_word(word, "ip4tset"))
		return SW_ZONE_IP4SET;
	if (is_word(word, "ip4trie"))
		return SW_ZONE_IP4TRIE;
	return is_word(word, "ip6trie") ? SW_ZONE_IP6TRIE : SW_ZONE_OTHER;
}

static char first(struct sw_span rest)
{
	return rest.size ? *rest.at : '\0';
}

static void skip(struct sw_span *rest, size_t size)
{
	rest->at += size;
	rest->size -= size;
}

static bool cut_number(struct sw_span *rest, unsigned most, unsigned *number)
{
	size_t digits = 0;

	*number = 0;
	while (digits < rest->size && digits < 4 && isdigit((unsigned char)rest->at[digits]))
		*number = *number * 10 + (rest->at[digits++] - '0');
	skip(rest, digits);
	return digits && *number <= most;
}

struct octets {
	unsigned count;
	__u32 address; /* the missing ones are 0 */
};

/* One to four, with dots between them. Zeros before a number mean nothing. */
static bool cut_octets(struct sw_span *rest, struct octets *octets)
{
	unsigned number;

	*octets = (struct octets){ 0 };
	do {
		if (octets->count == 4 || !cut_number(rest, 255, &number))
			return false;
		octets->address |= number << (24 - 8 * octets->count++);
		if (first(*rest) != '.')
			return true;
		skip(rest, 1);
	} while (true);
}

/* All that the missing octets may be. */
static __u32 last_of(const struct octets *octets)
{
	return octets->address | (__u32)(0xffffffffULL >> 8 * octets->count);
}

/* Both ends have as many octets; or the second has one, which is the last of them. */
static bool cut_last(struct sw_span *rest, const struct octets *from, __u32 *last)
{
	unsigned shift = 32 - 8 * from->count;
	struct octets to;

	if (!cut_octets(rest, &to) || (to.count != from->count && to.count != 1))
		return false;
	if (to.count == 1 && from->count > 1)
		to = (struct octets){ from->count, (from->address & ~(0xffU << shift)) |
							   to.address >> 24 << shift };
	*last = last_of(&to);
	return *last >= from->address;
}

static bool cut_ipv4(enum sw_zone_type type, struct sw_span *rest, struct sw_address_range *range)
{
	unsigned length, least = type == SW_ZONE_IP4TRIE ? 0 : 1;
	struct octets from;
	__u32 last, host;

	if (!cut_octets(rest, &from))
		return false;
	last = last_of(&from);
	if (first(*rest) == '/') {
		skip(rest, 1);
		if (!cut_number(rest, 32, &length) || length < least)
			return false;
		host = 0xffffffffULL >> length;
		if (from.address & host)
			return false;
		last = from.address | host;
	} else if (first(*rest) == '-') {
		skip(rest, 1);
		if (type == SW_ZONE_IP4TRIE || !cut_last(rest, &from, &last))
			return false;
	}
	*range = (struct sw_address_range){ SW_IPV4, from.address, last };
	return true;
}

/* The words of an address; those behind the last may be left out. */
static bool parse_words(struct sw_span text, unsigned *length, sw_u128 *address)
{
	struct sw_prefix prefix;
	unsigned words = 1, i;
	char padded[64];

	for (i = 0; i < text.size; i++)
		words += text.at[i] == ':';
	*length = 128;
	if (text.size > 40)
		return false;
	memcpy(padded, text.at, text.size);
	if (text.size && !memmem(text.at, text.size, "::", 2)) {
		if (text.at[text.size - 1] == ':' || words > 8)
			return false;
		*length = 16 * words;
		if (words < 8)
			memcpy(padded + text.size, "::", 2);
		text.size += words < 8 ? 2 : 0;
	}
	if (memchr(padded, '.', text.size) || sw_address_parse(padded, text.size, &prefix))
		return false;
	*address = prefix.family == SW_IPV6 ? prefix.address
					    : (sw_u128)0xffff << 32 | prefix.address;
	return true;
}

static bool cut_ipv6(struct sw_span *rest, struct sw_address_range *range)
{
	struct sw_span text = { rest->at, 0 };
	unsigned length, words;
	sw_u128 address, host;

	while (text.size < rest->size &&
	       (isxdigit((unsigned char)text.at[text.size]) || text.at[text.size] == ':'))
		text.size++;
	if (!text.size || !parse_words(text, &words, &address))
		return false;
	skip(rest, text.size);
	length = words;
	if (first(*rest) == '/') {
		skip(rest, 1);
		if (!cut_number(rest, 128, &length))
			return false;
	} else if (words == 16) {
		return false; /* "2001" */
	}
	host = length ? (length < 128 ? ((sw_u128)1 << (128 - length)) - 1 : 0) : ~(sw_u128)0;
	if (address & host)
		return false;
	*range = (struct sw_address_range){ SW_IPV6, address, address | host };
	return true;
}

bool sw_zone_cut_addresses(enum sw_zone_type type, struct sw_span *rest,
			   struct sw_address_range *range)
{
	bool cut = type == SW_ZONE_IP6TRIE ? cut_ipv6(rest, range) : cut_ipv4(type, rest, range);

	if (!cut || !(sw_is_blank(first(*rest)) || !rest->size || strchr("#;:", *rest->at)))
		return false;
	*rest = sw_trim(*rest);
	return true;
}

bool sw_zone_cut_value(struct sw_span *rest, struct sw_span *value)
{
	struct octets octets;

	*value = (struct sw_span){ rest->at, 0 };
	if (first(*rest) != ':')
		return true;
	skip(rest, 1);
	value->at = rest->at;
	if (!cut_octets(rest, &octets) || !octets.address)
		return false;
	value->size = rest->at - value->at;
	*rest = sw_trim(*rest);
	if (rest->size && *rest->at != ':')
		return false;
	if (rest->size)
		*rest = sw_behind(*rest, rest->at);
	return true;
}

bool sw_zone_max_range(struct sw_span text, __u64 *most)
{
	bool length = first(text) == '/';
	__u32 number;

	if (length)
		skip(&text, 1);
	if (!sw_span_number(text, &number) || (length && number > 32) || (!length && !number))
		return false;
	*most = length ? 1ULL << (32 - number) : number;
	return true;
}

/* "2026-11-29", "2026:11:29:10:00:00", "20261129"; 0 for "0" and "-". */
static bool parse_stamp(struct sw_span word, __u64 *unix_s)
{
	static const size_t width[] = { 4, 2, 2, 2, 2, 2 };
	unsigned value[6] = { 0 }, i, j;

	*unix_s = 0;
	if (word.size == 1 && (*word.at == '0' || *word.at == '-'))
		return true;
	for (i = 0; i < 6 && word.size; i++) {
		if (i && (*word.at == ':' || *word.at == '-'))
			skip(&word, 1);
		if (word.size < width[i])
			return false;
		for (j = 0; j < width[i]; j++) {
			if (!isdigit((unsigned char)word.at[j]))
				return false;
			value[i] = value[i] * 10 + (word.at[j] - '0');
		}
		skip(&word, width[i]);
	}
	return i >= 3 && !word.size && sw_time_of(value, unix_s);
}

/* "+1d12h". */
static bool parse_offset(struct sw_span word, __u64 *seconds)
{
	static const struct {
		char unit;
		__u32 seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	unsigned number;
	size_t i;

	*seconds = 0;
	skip(&word, 1);
	do {
		if (!cut_number(&word, 9999, &number))
			return false;
		for (i = 0; i < 5 && units[i].unit != first(word); i++)
			;
		*seconds += (__u64)number * (i < 5 ? units[i].seconds : 1);
		if (i < 5)
			skip(&word, 1);
		else if (word.size)
			return false;
	} while (word.size);
	return true;
}

bool sw_zone_expires(struct sw_span text, __u64 *unix_s)
{
	struct sw_span stamp = sw_cut_word(&text), expires = sw_cut_word(&text);
	__u64 from, offset;

	*unix_s = 0;
	if (!parse_stamp(stamp, &from))
		return false;
	if (!expires.size)
		return true;
	if (*expires.at != '+')
		return parse_stamp(expires, unix_s);
	if (!from || !parse_offset(expires, &offset))
		return false;
	*unix_s = from + offset;
	return true;
}
