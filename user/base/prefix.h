/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses and prefixes of both families, in host byte order. */
#ifndef SPAMWEIR_BASE_PREFIX_H
#define SPAMWEIR_BASE_PREFIX_H

#include <stdbool.h>
#include <stddef.h>

#include "contract.h"
#include "table6.h"

typedef unsigned __int128 sw_u128;

struct sw_prefix {
	sw_u128 address; /* IPv4: the low 32 bits */
	__u8 family;	 /* SW_IPV4 or SW_IPV6 */
	__u8 length;	 /* 0 to 32, or to 128 */
};

#define SW_PREFIX_TEXT 64 /* room for the longest, with its NUL */

static inline unsigned sw_family_bits(__u8 family)
{
	return family == SW_IPV4 ? 32 : 128;
}

/* Ones behind the length. */
static inline sw_u128 sw_prefix_host_mask(const struct sw_prefix *prefix)
{
	unsigned bits = sw_family_bits(prefix->family) - prefix->length;

	if (bits < 64) /* IPv4 all, IPv6 mostly: what one word holds is fast */
		return ((__u64)1 << bits) - 1;
	return bits < 128 ? ((sw_u128)1 << bits) - 1 : ~(sw_u128)0;
}

/* All addresses a prefix covers: its first is .address once host bits are
 * cleared, this is its last. */
static inline sw_u128 sw_prefix_last(const struct sw_prefix *prefix)
{
	return prefix->address | sw_prefix_host_mask(prefix);
}

/* For sorting: by family, then by address, the wider first. As memcmp(3) returns. */
static inline int sw_prefix_compare(const struct sw_prefix *a, const struct sw_prefix *b)
{
	if (a->family != b->family)
		return (int)a->family - (int)b->family;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (int)a->length - (int)b->length;
}

/* Clears the bits behind the length; tells whether any was set. */
static inline bool sw_prefix_clear_host_bits(struct sw_prefix *prefix)
{
	sw_u128 mask = sw_prefix_host_mask(prefix);
	bool any = prefix->address & mask;

	prefix->address &= ~mask;
	return any;
}

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::/32": exactly `size` bytes, no white
 * space. Host bits are kept. IPv4 octets are decimal without leading zeros.
 * An IPv4-mapped "::ffff:192.0.2.0/120" is the IPv4 prefix "192.0.2.0/24"; with
 * a length below 96 it is nothing. -EINVAL and *out untouched if it is anything
 * else. */
int sw_prefix_parse(const char *text, size_t size, struct sw_prefix *out);

/* Parses the same, but without a length. */
int sw_address_parse(const char *text, size_t size, struct sw_prefix *out);

/* Canonical text (RFC 5952 for IPv6); the length is left out where it is the
 * family's full one. Returns `out`, which has SW_PREFIX_TEXT bytes. */
char *sw_prefix_format(const struct sw_prefix *prefix, char *out);

/* A raw address as events carry it. Returns `out`, which has SW_PREFIX_TEXT. */
char *sw_format_address(__u8 family, const __u8 *address, char *out);

/* Calls `emit` with the fewest prefixes that cover first to last, both
 * included, in order; stops at and returns what `emit` returns if not 0. */
int sw_range_split(__u8 family, sw_u128 first, sw_u128 last,
		   int (*emit)(void *ctx, const struct sw_prefix *prefix), void *ctx);

static inline struct sw_in6 sw_to_in6(sw_u128 address)
{
	return (struct sw_in6){ .hi = address >> 64, .lo = address };
}

static inline sw_u128 sw_from_in6(struct sw_in6 address)
{
	return (sw_u128)address.hi << 64 | address.lo;
}

#endif
