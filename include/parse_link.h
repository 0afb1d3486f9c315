/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in front of IP. parse.h explains the steps. */
#ifndef SPAMWEIR_PARSE_LINK_H
#define SPAMWEIR_PARSE_LINK_H

#include "parse.h"

#define SW_MPLS_MAX 4

#define SW_ETH_P_QINQ_OLD 0x9100 /* before 802.1ad */
#define SW_PPP_IPV4 0x21
#define SW_PPP_IPV6 0x57

struct sw_vlan_tag {
	__be16 tci;
	__be16 type;
};

/* The PPP protocol, in one byte or two, stands behind it. */
struct sw_pppoe {
	__u8 version_type;
	__u8 code;
	__be16 session;
	__be16 length; /* of what follows, the protocol included */
};

/* Protocols are odd, and the first of two bytes is even: an odd one is all there is,
 * compressed (RFC 1661). So IP may stand at an odd address. */
static __always_inline int sw_parse_pppoe(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct sw_pppoe *pppoe = cursor->at;
	const __u8 *protocol = (const void *)(pppoe + 1);
	__u32 length, least, size = 1;
	__u8 last;
	int reason;

	if (!sw_holds(cursor, sizeof(*pppoe) + 1))
		return SW_MALFORMED;
	last = protocol[0];
	if (!(last & 1)) {
		if (!sw_holds(cursor, sizeof(*pppoe) + 2))
			return SW_MALFORMED;
		last = protocol[0] ? 0 : protocol[1];
		size = 2;
	}
	if (pppoe->version_type != 0x11 || pppoe->code != 0)
		return SW_NOT_IP;
	if (last == SW_PPP_IPV4)
		packet->family = SW_IPV4;
	else if (last == SW_PPP_IPV6)
		packet->family = SW_IPV6;
	else
		return SW_NOT_IP;
	least = packet->family == SW_IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	length = sw_swap16(pppoe->length);
	if (length < size + least)
		return SW_MALFORMED;
	sw_advance(cursor, sizeof(*pppoe) + size);
	reason = sw_promise(cursor, packet, length - size);
	cursor->promised = 1;
	return reason;
}

static __always_inline int sw_parse_mpls(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const __u8 *byte;
	int bottom = 0, i;

	for (i = 0; i < SW_MPLS_MAX && !bottom; i++) {
		byte = cursor->at;
		if (!sw_holds(cursor, 4))
			return SW_MALFORMED;
		bottom = byte[2] & 1;
		sw_advance(cursor, 4);
	}
	if (!bottom)
		return SW_NOT_IP;
	/* Labels say nothing of what they carry; the first nibble does. */
	byte = cursor->at;
	if (!sw_holds(cursor, 1))
		return SW_MALFORMED;
	if (*byte >> 4 == 4)
		packet->family = SW_IPV4;
	else if (*byte >> 4 == 6)
		packet->family = SW_IPV6;
	else
		return SW_NOT_IP;
	return SW_GO_ON;
}

static __always_inline int sw_is_vlan(__be16 type)
{
	return type == sw_swap16(ETH_P_8021Q) || type == sw_swap16(ETH_P_8021AD) ||
	       type == sw_swap16(SW_ETH_P_QINQ_OLD);
}

static __always_inline __u8 sw_ip_family(__be16 type)
{
	if (type == sw_swap16(ETH_P_IP))
		return SW_IPV4;
	return type == sw_swap16(ETH_P_IPV6) ? SW_IPV6 : SW_NO_FAMILY;
}

/* All that is not plain IP on Ethernet. */
static __always_inline int sw_parse_tags(struct sw_cursor *cursor, struct sw_packet *packet,
					 __be16 type)
{
	const struct sw_vlan_tag *tag;
	int i;

	for (i = 0; i < SW_VLAN_MAX && sw_is_vlan(type); i++) {
		tag = cursor->at;
		if (!sw_holds(cursor, sizeof(*tag)))
			return SW_MALFORMED;
		sw_advance(cursor, sizeof(*tag));
		packet->vlan[i] = sw_swap16(tag->tci) & 0xfff;
		packet->vlans = i + 1;
		type = tag->type;
	}
	packet->family = sw_ip_family(type);
	if (packet->family)
		return SW_GO_ON;
	if (type == sw_swap16(ETH_P_PPP_SES))
		return sw_parse_pppoe(cursor, packet);
	if (type == sw_swap16(ETH_P_MPLS_UC) || type == sw_swap16(ETH_P_MPLS_MC))
		return sw_parse_mpls(cursor, packet);
	return SW_NOT_IP;
}

/* Leaves the cursor at the IP header and tells its family. */
static __always_inline int sw_parse_ethernet(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct sw_ethernet *eth = cursor->at;

	if (!sw_holds(cursor, sizeof(*eth)))
		return SW_MALFORMED;
	sw_advance(cursor, sizeof(*eth));
	packet->family = sw_ip_family(eth->type);
	if (packet->family)
		return SW_GO_ON;
	return sw_parse_tags(cursor, packet, eth->type);
}

/* The same from the start of a frame. */
static __always_inline int sw_parse_link(struct sw_cursor *cursor, struct sw_packet *packet)
{
	cursor->left = cursor->end - cursor->at;
	cursor->promised = 0;
	return sw_parse_ethernet(cursor, packet);
}

#endif
