/* SPDX-License-Identifier: GPL-2.0 */
/* Tunnels: how they are told, and where in them the next packet is. Their headers are in
 * the RFCs that tunnel_kinds.h names. */
#ifndef SPAMWEIR_TUNNEL_H
#define SPAMWEIR_TUNNEL_H

#include "parse_order.h"
#include "tunnel_kinds.h"

#define SW_PORT_VXLAN 4789
#define SW_PORT_GTPU 2152
#define SW_PORT_L2TP 1701
#define SW_PORT_GENEVE 6081
#define SW_PORT_TEREDO 3544
#define SW_PORT_ESP 4500
#define SW_PORT_WIREGUARD 51820
#define SW_PORT_PPTP 1723

#define SW_PORTS_END 4 /* bytes of UDP; the first four of GRE say what it carries */

#define SW_GRE_CHECKSUM 0x8000 /* and two bytes that nobody uses */
#define SW_GRE_ROUTING 0x4000  /* RFC 1701: nobody sends it any more */
#define SW_GRE_KEY 0x2000
#define SW_GRE_SEQUENCE 0x1000
#define SW_GRE_VERSION 0x0007 /* 1: PPTP's */

#define SW_UDP_HEADER 8

#define SW_VXLAN_HEADER 8
#define SW_VXLAN_VNI 0x08

#define SW_GTPU_HEADER 8
#define SW_GTPU_VERSION 0xf0 /* and the protocol type, next to it */
#define SW_GTPU_VERSION_1 0x30
#define SW_GTPU_EXTENDED 0x04
#define SW_GTPU_OPTIONAL 0x07 /* four bytes, if any of these is set */
#define SW_GTPU_G_PDU 255
#define SW_GTPU_EXTENSIONS 4

#define SW_L2TP_CONTROL 0x80
#define SW_L2TP_LENGTH 0x40
#define SW_L2TP_SEQUENCE 0x08
#define SW_L2TP_OFFSET 0x02
#define SW_L2TP_VERSION 0x0f

#define SW_TUNNEL_HEAD 64 /* a power of two: what is read of such a header */
#define SW_PPP_HEAD 4

/* Where the next packet begins, and how. */
enum sw_inner_link {
	SW_INNER_NONE, /* it cannot be read */
	SW_INNER_IPV4,
	SW_INNER_IPV6,
	SW_INNER_ETHERNET,
	SW_INNER_CONTROL, /* there is none, and that is all right */
	/* More headers are to be read: */
	SW_INNER_UDP,
	SW_INNER_PPP,
	SW_INNER_IP, /* of either version */
};

struct sw_inner {
	__u32 at;   /* in the frame */
	__u32 left; /* bytes, as headers promise them */
	__u8 link;  /* enum sw_inner_link */
};

/* Rules out most ports that no tunnel has, at once: a bit for each port, in network byte
 * order, modulo 64. */
#define SW_TUNNEL_PORT_BIT(port) (1ULL << (sw_swap16(port) & 63))
#define SW_TUNNEL_PORT_BITS                                                                        \
	(SW_TUNNEL_PORT_BIT(SW_PORT_VXLAN) | SW_TUNNEL_PORT_BIT(SW_PORT_GTPU) |                    \
	 SW_TUNNEL_PORT_BIT(SW_PORT_L2TP) | SW_TUNNEL_PORT_BIT(SW_PORT_GENEVE) |                   \
	 SW_TUNNEL_PORT_BIT(SW_PORT_TEREDO) | SW_TUNNEL_PORT_BIT(SW_PORT_ESP) |                    \
	 SW_TUNNEL_PORT_BIT(SW_PORT_WIREGUARD))

/* The kind of a tunnel in UDP. Where both ends use one port, either end tells: what goes
 * back through address translation has it at one end only. */
static __always_inline enum sw_tunnel sw_tunnel_of_ports(__u16 sport, __u16 dport)
{
	if (dport == SW_PORT_VXLAN)
		return SW_TUNNEL_VXLAN;
	if (dport == SW_PORT_GTPU)
		return SW_TUNNEL_GTPU;
	if (dport == SW_PORT_GENEVE)
		return SW_TUNNEL_GENEVE;
	if (dport == SW_PORT_L2TP || sport == SW_PORT_L2TP)
		return SW_TUNNEL_L2TP;
	if (dport == SW_PORT_TEREDO || sport == SW_PORT_TEREDO)
		return SW_TUNNEL_TEREDO;
	if (dport == SW_PORT_ESP || sport == SW_PORT_ESP)
		return SW_TUNNEL_ESP;
	if (dport == SW_PORT_WIREGUARD || sport == SW_PORT_WIREGUARD)
		return SW_TUNNEL_WIREGUARD;
	return SW_NO_TUNNEL;
}

#define SW_TUNNEL_PROTOCOLS                                                                        \
	(1ULL << IPPROTO_IPIP | 1ULL << IPPROTO_IPV6 | 1ULL << IPPROTO_GRE | 1ULL << IPPROTO_ESP)

static __always_inline int sw_is_tunnel_protocol(__u8 protocol)
{
	return protocol < 64 && SW_TUNNEL_PROTOCOLS >> protocol & 1;
}

static __always_inline enum sw_tunnel sw_tunnel_of_protocol(__u8 family, __u8 protocol)
{
	if (protocol == IPPROTO_IPIP)
		return family == SW_IPV6 ? SW_TUNNEL_4IN6 : SW_TUNNEL_IPIP;
	if (protocol == IPPROTO_IPV6)
		return family == SW_IPV4 ? SW_TUNNEL_6IN4 : SW_TUNNEL_IPIP;
	return protocol == IPPROTO_ESP ? SW_TUNNEL_ESP : SW_NO_TUNNEL;
}

/* The kind of a packet that sw_parse_payload() has seen. Of fragments the first one tells. */
static __always_inline enum sw_tunnel sw_tunnel_of(const struct sw_packet *packet)
{
	if (packet->fragment == SW_LATER)
		return SW_NO_TUNNEL;
	if (packet->protocol == IPPROTO_UDP)
		return sw_tunnel_of_ports(packet->sport, packet->dport);
	if (packet->protocol == IPPROTO_TCP)
		return packet->dport == SW_PORT_PPTP ? SW_TUNNEL_PPTP : SW_NO_TUNNEL;
	if (packet->protocol == IPPROTO_GRE)
		return (packet->sport & SW_GRE_VERSION) == 1 ? SW_TUNNEL_PPTP : SW_TUNNEL_GRE;
	return sw_tunnel_of_protocol(packet->family, packet->protocol);
}

/*
 * Reads what tells a tunnel in a packet that is not TCP: where it goes on behind its IP
 * headers, and the first two words there: ports of UDP, flags and EtherType of GRE. The
 * cursor is there, and that is `at` in the frame. SW_EXT_HEADER_LIMIT if those words
 * stand behind the first buffer.
 */
static __always_inline int sw_parse_payload(const struct sw_cursor *cursor,
					    struct sw_packet *packet, __u32 at)
{
	const __be16 *word = cursor->at;

	if (packet->protocol == IPPROTO_TCP || packet->fragment == SW_LATER)
		return SW_GO_ON;
	packet->payload.at = at;
	packet->payload.left = cursor->left;
	if ((packet->protocol != IPPROTO_UDP && packet->protocol != IPPROTO_GRE) ||
	    cursor->left < SW_PORTS_END)
		return SW_GO_ON;
	if (!sw_holds(cursor, SW_PORTS_END))
		return SW_EXT_HEADER_LIMIT;
	packet->sport = sw_swap16(word[0]);
	packet->dport = sw_swap16(word[1]);
	return SW_GO_ON;
}

static __always_inline void sw_step_in(struct sw_inner *inner, __u32 size, __u8 link)
{
	if (inner->left < size)
		return;
	inner->at += size;
	inner->left -= size;
	inner->link = link;
}

/* Checksums are left to the receiver, as all are. */
static __always_inline void sw_enter_gre(const struct sw_packet *packet, struct sw_inner *inner)
{
	__u16 flags = packet->sport;
	__u32 size = 4;

	if (flags & (SW_GRE_ROUTING | SW_GRE_VERSION))
		return;
	size += flags & SW_GRE_CHECKSUM ? 4 : 0;
	size += flags & SW_GRE_KEY ? 4 : 0;
	size += flags & SW_GRE_SEQUENCE ? 4 : 0;
	if (packet->dport == ETH_P_IP)
		sw_step_in(inner, size, SW_INNER_IPV4);
	else if (packet->dport == ETH_P_IPV6)
		sw_step_in(inner, size, SW_INNER_IPV6);
	else if (packet->dport == ETH_P_TEB)
		sw_step_in(inner, size, SW_INNER_ETHERNET);
}

/* Where the next packet is, in a whole one of a kind whose first two words tell all of its
 * header. */
static __always_inline struct sw_inner sw_enter_tunnel(const struct sw_packet *packet,
						       enum sw_tunnel kind)
{
	struct sw_inner inner = { packet->payload.at, packet->payload.left, SW_INNER_NONE };

	if (kind == SW_TUNNEL_GRE)
		sw_enter_gre(packet, &inner);
	else if (packet->protocol == IPPROTO_UDP)
		sw_step_in(&inner, SW_UDP_HEADER, SW_INNER_UDP);
	else
		inner.link = packet->protocol == IPPROTO_IPIP ? SW_INNER_IPV4 : SW_INNER_IPV6;
	return inner;
}

/* What more than UDP stands in front: `head` are the first SW_TUNNEL_HEAD bytes behind
 * that, or as many as there are, inner->left, and zeros. */
static __always_inline void sw_enter_vxlan(const __u8 *head, struct sw_inner *inner)
{
	if (head[0] & SW_VXLAN_VNI)
		sw_step_in(inner, SW_VXLAN_HEADER, SW_INNER_ETHERNET);
}

/* Bytes of the header with its extension headers, each of which counts its length in words
 * and ends with the type of the next one; there are seldom more than one or two. 0: they
 * cannot be followed. */
static __always_inline __u32 sw_gtpu_size(const __u8 *head)
{
	__u32 size = SW_GTPU_HEADER, i;
	__u8 next;

	if (!(head[0] & SW_GTPU_OPTIONAL))
		return size;
	size += 4;
	next = head[0] & SW_GTPU_EXTENDED ? head[size - 1] : 0;
	for (i = 0; i < SW_GTPU_EXTENSIONS && next; i++) {
		const __u8 *words = head + (size & (SW_TUNNEL_HEAD - 1));

		if (!*words)
			return 0;
		size += *words * 4;
		if (size > SW_TUNNEL_HEAD)
			return 0;
		next = head[(size - 1) & (SW_TUNNEL_HEAD - 1)];
	}
	return next ? 0 : size;
}

/* Its length field counts what follows the first eight bytes. */
static __always_inline void sw_enter_gtpu(const __u8 *head, struct sw_inner *inner)
{
	__u32 length = head[2] << 8 | head[3], size;

	if ((head[0] & SW_GTPU_VERSION) != SW_GTPU_VERSION_1 || head[1] != SW_GTPU_G_PDU ||
	    inner->left < SW_GTPU_HEADER || length > inner->left - SW_GTPU_HEADER)
		return;
	inner->left = SW_GTPU_HEADER + length;
	size = sw_gtpu_size(head);
	if (size)
		sw_step_in(inner, size, SW_INNER_IP);
}

/* A length, a sequence number and an offset may stand there, and PPP its address behind
 * them. */
static __always_inline void sw_enter_l2tp(const __u8 *head, struct sw_inner *inner)
{
	__u32 size = 2, length, offset;

	if ((head[1] & SW_L2TP_VERSION) != 2)
		return;
	if (head[0] & SW_L2TP_LENGTH) {
		length = head[2] << 8 | head[3];
		if (length > inner->left)
			return;
		inner->left = length;
		size += 2;
	}
	size += 4;
	if (head[0] & SW_L2TP_SEQUENCE)
		size += 4;
	if (head[0] & SW_L2TP_OFFSET) {
		offset = head[size & (SW_TUNNEL_HEAD - 1)] << 8 |
			 head[(size + 1) & (SW_TUNNEL_HEAD - 1)];
		size += 2 + offset;
	}
	sw_step_in(inner, size, SW_INNER_PPP);
}

/* A message of the tunnel's own carries nothing. */
static __always_inline int sw_is_control(enum sw_tunnel kind, const __u8 *head)
{
	if (kind == SW_TUNNEL_GTPU)
		return (head[0] & SW_GTPU_VERSION) == SW_GTPU_VERSION_1 && head[1] != SW_GTPU_G_PDU;
	return kind == SW_TUNNEL_L2TP && head[0] & SW_L2TP_CONTROL;
}

static __always_inline void sw_enter_udp(enum sw_tunnel kind, const __u8 *head,
					 struct sw_inner *inner)
{
	inner->link = sw_is_control(kind, head) ? SW_INNER_CONTROL : SW_INNER_NONE;
	if (inner->link == SW_INNER_CONTROL)
		return;
	if (kind == SW_TUNNEL_VXLAN)
		sw_enter_vxlan(head, inner);
	else if (kind == SW_TUNNEL_GTPU)
		sw_enter_gtpu(head, inner);
	else if (kind == SW_TUNNEL_L2TP)
		sw_enter_l2tp(head, inner);
}

/* PPP; `head` are its first bytes. Address and control (RFC 1662) may be there, and the
 * protocol may have one byte (RFC 1661). */
static __always_inline void sw_enter_ppp(const __u8 *head, struct sw_inner *inner)
{
	__u32 size = head[0] == 0xff && head[1] == 0x03 ? 2 : 0, protocol = head[size];

	inner->link = SW_INNER_NONE;
	if (!(protocol & 1))
		protocol = protocol << 8 | head[++size];
	if (inner->left < size + 1)
		return;
	if (protocol == SW_PPP_IPV4)
		sw_step_in(inner, size + 1, SW_INNER_IPV4);
	else if (protocol == SW_PPP_IPV6)
		sw_step_in(inner, size + 1, SW_INNER_IPV6);
	else
		inner->link = SW_INNER_CONTROL;
}

/* IP; `head` is its first byte. */
static __always_inline void sw_enter_ip(const __u8 *head, struct sw_inner *inner)
{
	inner->link = SW_INNER_NONE;
	if (inner->left && *head >> 4 == 4)
		inner->link = SW_INNER_IPV4;
	else if (inner->left && *head >> 4 == 6)
		inner->link = SW_INNER_IPV6;
	else if (inner->left)
		inner->link = SW_INNER_CONTROL;
}

/* Up to the inner addresses, with the cursor at what was entered; as
 * sw_parse_to_addresses() does it. */
static __always_inline int sw_parse_inner(struct sw_cursor *cursor, struct sw_packet *packet,
					  __u8 link)
{
	int reason = SW_GO_ON;

	if (link == SW_INNER_ETHERNET)
		reason = sw_parse_ethernet(cursor, packet);
	else
		packet->family = link == SW_INNER_IPV4 ? SW_IPV4 : SW_IPV6;
	return sw_parse_addresses(cursor, packet, reason);
}

#endif
