/* SPDX-License-Identifier: GPL-2.0 */
/* What stands on a line of an rbldnsd zone, by the rules of each type of dataset. */
#ifndef SPAMWEIR_FEED_ZONE_H
#define SPAMWEIR_FEED_ZONE_H

#include "base/entry.h"

enum sw_zone_type {
	SW_ZONE_UNKNOWN,
	SW_ZONE_IP4SET,	 /* "192.0.2.7", "192.0.2", "10/8", "127.0.0.1-255", "127.16-127.31" */
	SW_ZONE_IP4TRIE, /* no ranges */
	SW_ZONE_IP6TRIE, /* "2001:db8/32", "2001:db8:1:2", "2001:db8::1" */
	SW_ZONE_OTHER,	 /* lists no addresses */
};

/* "ip4set:name" is SW_ZONE_IP4SET. ip4tset is what a set may hold, too. */
enum sw_zone_type sw_zone_type(struct sw_span word);

/* Cuts the addresses off an entry. False if they are none of that type, have host bits,
 * or are followed by what may not follow. */
bool sw_zone_cut_addresses(enum sw_zone_type type, struct sw_span *rest,
			   struct sw_address_range *range);

/* Cuts ":127.0.0.2:" or ":2:" off; *value is without the colons, and empty if there is
 * none. False if it is no such value, for which rbldnsd takes the entry for none. */
bool sw_zone_cut_value(struct sw_span *rest, struct sw_span *value);

/* What follows "$MAXRANGE4": a number of addresses, or "/24". */
bool sw_zone_max_range(struct sw_span text, __u64 *most);

/* When a zone expires, by what follows "$TIMESTAMP": Unix time; 0: never. False if it
 * cannot be read. */
bool sw_zone_expires(struct sw_span text, __u64 *unix_s);

#endif
