/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Special-purpose space: what no list of other people's hosts can mean. Such
 * prefixes do stand in public lists ("bogons"), and an edge that took them at
 * their word would drop its own DHCP, OSPF, VRRP, neighbour discovery and BGP.
 */
#ifndef SPAMWEIR_POLICY_SPECIAL_H
#define SPAMWEIR_POLICY_SPECIAL_H

#include <stddef.h>

enum sw_special_use {
	SW_SPECIAL_KEPT_OUT, /* no entry may list any of it */
	SW_SPECIAL_BEARER,   /* no entry may list all of it; within it are hosts that have,
			      * by a tunnel or translator, an address on the Internet */
	SW_SPECIAL_LISTABLE, /* documentation and tests: no host to be cut off */
};

struct sw_special {
	const char *prefix;
	const char *name;
	enum sw_special_use use;
};

extern const struct sw_special sw_special[];
extern const size_t sw_specials;

#endif
