// SPDX-License-Identifier: GPL-2.0
#include "base/prefix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static sw_u128 host_mask(unsigned bits)
{
	return bits < 128 ? ((sw_u128)1 << bits) - 1 : ~(sw_u128)0;
}

/* Decimal without leading zeros, up to `max`; moves *at behind it. */
static bool scan_number(const char **at, const char *end, unsigned max, unsigned *out)
{
	const char *first = *at, *p = first;
	unsigned value = 0;

	for (; p < end && (unsigned)(*p - '0') <= 9 && value <= max; p++)
		value = value * 10 + (*p - '0');
	if (p == first || value > max || (*first == '0' && p - first > 1))
		return false;
	*at = p;
	*out = value;
	return true;
}

static inline bool is_digit(const char *at, const char *end)
{
	return at < end && (unsigned)(*at - '0') <= 9;
}

/* The same up to 255, but faster: a million lines have four million of these. */
static inline bool scan_octet(const char **at, const char *end, unsigned *out)
{
	const char *p = *at;
	unsigned value;

	if (!is_digit(p, end))
		return false;
	value = *p++ - '0';
	if (is_digit(p, end)) {
		if (!value)
			return false;
		value = value * 10 + (*p++ - '0');
		if (is_digit(p, end))
			value = value * 10 + (*p++ - '0');
	}
	*at = p;
	*out = value;
	return value <= 255 && !is_digit(p, end);
}

static bool scan_ipv4(const char **at, const char *end, struct sw_prefix *out)
{
	const char *p = *at;
	__u32 address = 0;
	unsigned octet;
	int i;

	for (i = 0; i < 4; i++) {
		if (i && (p == end || *p++ != '.'))
			return false;
		if (!scan_octet(&p, end, &octet))
			return false;
		address = address << 8 | octet;
	}
	*at = p;
	*out = (struct sw_prefix){ .address = address, .family = SW_IPV4, .length = 32 };
	return true;
}

static bool parse_ipv6(const char *text, size_t size, struct sw_prefix *out)
{
	char copy[INET6_ADDRSTRLEN];
	__u8 byte[16];
	sw_u128 address = 0;
	int i;

	if (size >= sizeof(copy) || memchr(text, '\0', size))
		return false;
	memcpy(copy, text, size);
	copy[size] = '\0';
	if (inet_pton(AF_INET6, copy, byte) != 1)
		return false;
	for (i = 0; i < 16; i++)
		address = address << 8 | byte[i];
	*out = (struct sw_prefix){ .address = address, .family = SW_IPV6, .length = 128 };
	return true;
}

#define MAPPED_BITS 96

/* Such an address is IPv4 on the wire: an IPv6 prefix would match nothing. */
static bool unmap(struct sw_prefix *prefix)
{
	if (prefix->family != SW_IPV6 || prefix->address >> 32 != 0xffff)
		return true;
	if (prefix->length < MAPPED_BITS)
		return false;
	*prefix = (struct sw_prefix){
		.address = (__u32)prefix->address,
		.family = SW_IPV4,
		.length = prefix->length - MAPPED_BITS,
	};
	return true;
}

int sw_prefix_parse(const char *text, size_t size, struct sw_prefix *out)
{
	const char *at = text, *end = text + size;
	struct sw_prefix prefix;
	unsigned length;

	if (!size)
		return -EINVAL;
	if (!scan_ipv4(&at, end, &prefix)) {
		at = memchr(text, '/', size) ?: end;
		if (!parse_ipv6(text, at - text, &prefix))
			return -EINVAL;
	}
	if (at < end) {
		if (*at++ != '/' ||
		    !scan_number(&at, end, sw_family_bits(prefix.family), &length) || at < end)
			return -EINVAL;
		prefix.length = length;
	}
	if (!unmap(&prefix))
		return -EINVAL;
	*out = prefix;
	return 0;
}

int sw_address_parse(const char *text, size_t size, struct sw_prefix *out)
{
	if (size && memchr(text, '/', size))
		return -EINVAL;
	return sw_prefix_parse(text, size, out);
}

/* As inet_ntop(3), but faster: a million lines have four million of these. */
static char *format_octet(unsigned octet, char *out)
{
	if (octet >= 100)
		*out++ = '0' + octet / 100;
	if (octet >= 10)
		*out++ = '0' + octet / 10 % 10;
	*out++ = '0' + octet % 10;
	return out;
}

static void format_ipv4(__u32 address, char *out)
{
	int shift;

	for (shift = 24; shift >= 0; shift -= 8) {
		out = format_octet(address >> shift & 255, out);
		*out++ = shift ? '.' : '\0';
	}
}

static void format_address(const struct sw_prefix *prefix, char *out)
{
	__u32 word[4];
	int i;

	if (prefix->family == SW_IPV4) {
		format_ipv4(prefix->address, out);
		return;
	}
	for (i = 0; i < 4; i++)
		word[i] = htonl(prefix->address >> (96 - 32 * i));
	inet_ntop(AF_INET6, word, out, SW_PREFIX_TEXT);
}

char *sw_prefix_format(const struct sw_prefix *prefix, char *out)
{
	size_t used;

	format_address(prefix, out);
	if (prefix->length < sw_family_bits(prefix->family)) {
		used = strlen(out);
		snprintf(out + used, SW_PREFIX_TEXT - used, "/%u", prefix->length);
	}
	return out;
}

/* The bits behind the widest prefix that starts at `first` and ends by `last`. */
static unsigned widest_bits(__u8 family, sw_u128 first, sw_u128 last)
{
	unsigned bits = 0, most = sw_family_bits(family);

	while (bits < most && !(first >> bits & 1) && host_mask(bits + 1) <= last - first)
		bits++;
	return bits;
}

int sw_range_split(__u8 family, sw_u128 first, sw_u128 last,
		   int (*emit)(void *ctx, const struct sw_prefix *prefix), void *ctx)
{
	struct sw_prefix prefix = { .address = first, .family = family };
	unsigned bits;
	int err;

	while (prefix.address <= last) {
		bits = widest_bits(family, prefix.address, last);
		prefix.length = sw_family_bits(family) - bits;
		err = emit(ctx, &prefix);
		if (err)
			return err;
		if (sw_prefix_last(&prefix) == last)
			return 0;
		prefix.address = sw_prefix_last(&prefix) + 1;
	}
	return 0;
}

char *sw_format_address(__u8 family, const __u8 *address, char *out)
{
	out[0] = '\0';
	if (family == SW_IPV4)
		inet_ntop(AF_INET, address, out, SW_PREFIX_TEXT);
	else if (family == SW_IPV6)
		inet_ntop(AF_INET6, address, out, SW_PREFIX_TEXT);
	return out;
}
