/* SPDX-License-Identifier: GPL-2.0 */
/* Text as addresses, the slow and obvious way: through libc, on copies. */
#ifndef SPAMWEIR_FUZZ_REFERENCE_H
#define SPAMWEIR_FUZZ_REFERENCE_H

#include <arpa/inet.h>
#include <ctype.h>

#include "fuzz.h"
#include "base/prefix.h"

/* Digits only. */
static inline bool reference_number(const char *text, __u64 most, __u64 *out)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || text[digits])
		return false;
	text += strspn(text, "0");
	*out = strtoull(text, NULL, 10);
	return strlen(text) < 19 && *out <= most;
}

/* As it is written. */
static inline bool reference_literal(const char *text, struct sw_prefix *out)
{
	__u8 byte[16];
	size_t i;

	if (inet_pton(AF_INET, text, byte) == 1)
		*out = (struct sw_prefix){ .family = SW_IPV4, .length = 32 };
	else if (strlen(text) < INET6_ADDRSTRLEN && inet_pton(AF_INET6, text, byte) == 1)
		*out = (struct sw_prefix){ .family = SW_IPV6, .length = 128 };
	else
		return false;
	for (i = 0; i < sw_family_bits(out->family) / 8; i++)
		out->address = out->address << 8 | byte[i];
	return true;
}

/* IPv4-mapped IPv6 is the IPv4 that it maps; not where it is more than that. */
static inline bool reference_unmap(struct sw_prefix *prefix)
{
	static const sw_u128 mapped = (sw_u128)0xffff << 32;

	if (prefix->family != SW_IPV6 || prefix->address < mapped ||
	    prefix->address > mapped + UINT32_MAX)
		return true;
	if (prefix->length < 96)
		return false;
	prefix->family = SW_IPV4;
	prefix->address -= mapped;
	prefix->length -= 96;
	return true;
}

/* `text` is cut up. */
static inline bool reference_prefix(char *text, struct sw_prefix *out)
{
	char *slash = strchr(text, '/');
	__u64 length;

	if (slash)
		*slash++ = '\0';
	if (!reference_literal(text, out))
		return false;
	if (!slash)
		return reference_unmap(out);
	if (*slash == '0' && slash[1])
		return false;
	if (!reference_number(slash, sw_family_bits(out->family), &length))
		return false;
	out->length = length;
	return reference_unmap(out);
}

static inline bool reference_address(const char *text, struct sw_prefix *out)
{
	return reference_literal(text, out) && reference_unmap(out);
}

#endif
