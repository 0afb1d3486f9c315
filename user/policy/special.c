// SPDX-License-Identifier: GPL-2.0
/*
 * Sources: IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890) as
 * updated on 2025-10-09, and its IPv4 Multicast Address Space (RFC 5771) and
 * IPv6 Multicast Address Space (RFC 4291) registries.
 */
#include "policy/special.h"

#define KEPT_OUT SW_SPECIAL_KEPT_OUT
#define BEARER SW_SPECIAL_BEARER
#define LISTABLE SW_SPECIAL_LISTABLE

const struct sw_special sw_special[] = {
	{ "0.0.0.0/8", "this network, RFC 791", KEPT_OUT },
	{ "10.0.0.0/8", "private use, RFC 1918", KEPT_OUT },
	{ "100.64.0.0/10", "shared address space, RFC 6598", KEPT_OUT },
	{ "127.0.0.0/8", "loopback, RFC 1122", KEPT_OUT },
	{ "169.254.0.0/16", "link-local, RFC 3927", KEPT_OUT },
	{ "172.16.0.0/12", "private use, RFC 1918", KEPT_OUT },
	{ "192.0.0.0/24", "IETF protocol assignments, RFC 6890", KEPT_OUT },
	{ "192.0.2.0/24", "documentation, RFC 5737", LISTABLE },
	{ "192.31.196.0/24", "AS112, RFC 7535", KEPT_OUT },
	{ "192.52.193.0/24", "AMT, RFC 7450", KEPT_OUT },
	{ "192.88.99.0/24", "6to4 relay anycast, RFC 7526", KEPT_OUT },
	{ "192.168.0.0/16", "private use, RFC 1918", KEPT_OUT },
	{ "192.175.48.0/24", "AS112, RFC 7534", KEPT_OUT },
	{ "198.18.0.0/15", "benchmarking, RFC 2544", LISTABLE },
	{ "198.51.100.0/24", "documentation, RFC 5737", LISTABLE },
	{ "203.0.113.0/24", "documentation, RFC 5737", LISTABLE },
	{ "224.0.0.0/4", "multicast, RFC 5771", KEPT_OUT },
	{ "240.0.0.0/4", "reserved, and limited broadcast, RFC 1112, RFC 919", KEPT_OUT },
	{ "::/128", "unspecified, RFC 4291", KEPT_OUT },
	{ "::1/128", "loopback, RFC 4291", KEPT_OUT },
	{ "64:ff9b::/96", "IPv4-IPv6 translation, RFC 6052", BEARER },
	{ "64:ff9b:1::/48", "local IPv4-IPv6 translation, RFC 8215", KEPT_OUT },
	{ "100::/64", "discard only, RFC 6666", KEPT_OUT },
	{ "100:0:0:1::/64", "dummy prefix, RFC 9780", KEPT_OUT },
	{ "2001::/32", "Teredo, RFC 4380", BEARER },
	/* The rest of 2001::/23, IETF protocol assignments. */
	{ "2001:1::/32", "IETF protocol assignments, RFC 2928", KEPT_OUT },
	{ "2001:2::/31", "benchmarking, AMT, RFC 5180, RFC 7450", KEPT_OUT },
	{ "2001:4::/30", "IETF protocol assignments, RFC 2928", KEPT_OUT },
	{ "2001:8::/29", "IETF protocol assignments, RFC 2928", KEPT_OUT },
	{ "2001:10::/28", "ORCHID, RFC 4843", KEPT_OUT },
	{ "2001:20::/27", "ORCHIDv2, DRIP, RFC 7343, RFC 9374", KEPT_OUT },
	{ "2001:40::/26", "IETF protocol assignments, RFC 2928", KEPT_OUT },
	{ "2001:80::/25", "IETF protocol assignments, RFC 2928", KEPT_OUT },
	{ "2001:100::/24", "IETF protocol assignments, RFC 2928", KEPT_OUT },
	{ "2001:db8::/32", "documentation, RFC 3849", LISTABLE },
	{ "2002::/16", "6to4, RFC 3056", BEARER },
	{ "2620:4f:8000::/48", "AS112, RFC 7534", KEPT_OUT },
	{ "3fff::/20", "documentation, RFC 9637", LISTABLE },
	{ "5f00::/16", "SRv6 SIDs, RFC 9602", KEPT_OUT },
	{ "fc00::/7", "unique local, RFC 4193", KEPT_OUT },
	{ "fe80::/10", "link-local, RFC 4291", KEPT_OUT },
	{ "ff00::/8", "multicast, RFC 4291", KEPT_OUT },
};

const size_t sw_specials = sizeof(sw_special) / sizeof(sw_special[0]);
