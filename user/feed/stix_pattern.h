/* SPDX-License-Identifier: GPL-2.0 */
/*
 * STIX patterns of addresses alone:
 *
 *	[ipv4-addr:value = '192.0.2.1']
 *	[ipv4-addr:value ISSUBSET '192.0.2.0/24']
 *	[ipv6-addr:value IN ('2001:db8::1', '2001:db8::2')]
 *	[ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2']
 *	[ipv4-addr:value = '192.0.2.1'] OR [ipv6-addr:value = '2001:db8::1']
 *
 * Any other one that names addresses may mean less than they say, and is bad.
 */
#ifndef SPAMWEIR_FEED_STIX_PATTERN_H
#define SPAMWEIR_FEED_STIX_PATTERN_H

#include "feed/format.h"

bool sw_stix_names_addresses(struct sw_span pattern);

/* Takes its addresses: all of them, or it is bad. */
enum sw_line sw_stix_take(struct sw_feed_reader *reader, struct sw_span pattern,
			  struct sw_span about);

#endif
