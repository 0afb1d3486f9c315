/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From frame to addresses to TCP flags.
 *
 * In steps, because C&C is judged as soon as the addresses are known and
 * the lengths are held against the frame before anything is concluded from
 * what they enclose:
 *
 *	sw_parse_link	   Ethernet, VLAN tags, PPPoE, MPLS
 *	sw_parse_addresses the fixed part of the IP header
 *	sw_parse_lengths   what the headers promise
 *	sw_parse_header	   options, fragments
 *	sw_parse_chain	   IPv6 extension headers
 *	sw_parse_tcp	   TCP, where there is a TCP header
 *
 * Each returns SW_GO_ON or the reason that ends the matter. The cursor's `at`
 * and `end` are the proof that the verifier checks; its `left` is how many
 * bytes the headers so far promise, for what lies behind them is padding. A
 * frame in several buffers goes on behind `end`: what is promised from there is
 * only counted, in `beyond`, and held against the frame's whole length.
 *
 * parse_order.h calls them in this order.
 *
 * No helper is called, so that this also compiles on the host.
 */
#ifndef SPAMWEIR_PARSE_H
#define SPAMWEIR_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>

#include "contract.h"
#include "table6.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define sw_swap16(x) __builtin_bswap16(x)
#define sw_swap32(x) __builtin_bswap32(x)
#define sw_swap64(x) __builtin_bswap64(x)
#else
#define sw_swap16(x) (x)
#define sw_swap32(x) (x)
#define sw_swap64(x) (x)
#endif

#define SW_VLAN_MAX 2
#define SW_MPLS_MAX 4
#define SW_EXT_MAX 8

#define SW_ETH_P_QINQ_OLD 0x9100 /* before 802.1ad */
#define SW_PPP_IPV4 0x21
#define SW_PPP_IPV6 0x57
#define SW_TCP_MIN 20
#define SW_TCP_FLAGS_END 14 /* bytes of a TCP header up to and with the flags */

struct sw_cursor {
	const void *start; /* of the frame, or of what is read of it */
	const void *at;
	const void *end;
	__u32 base;   /* where in the frame `start` is */
	__u32 length; /* of the frame: more than up to `end` if that is in several buffers */
	__u32 left;
	__u8 promised; /* `left` is a header's word, not just what is readable */
};

struct sw_pair6 {
	struct sw_in6 source;
	struct sw_in6 destination;
};

struct sw_packet {
	__u32 length;	      /* of the frame */
	union {		      /* on the stack of a program each word counts */
		__u32 beyond; /* bytes promised behind what is readable, until TCP */
		__u32 seq;    /* of TCP */
		struct {      /* else, where tunnels are looked for: see tunnel.h */
			__u16 at;
			__u16 left;
		} payload;
	};
	__u8 family;
	__u8 protocol; /* transport; what a later fragment's header says it is */
	__u8 fragment;
	__u8 tcp_flags;
	__u8 vlans;
	__u8 ip_at; /* of a packet with a family: where its IP header stands in the frame */
	__u16 vlan[SW_VLAN_MAX]; /* VIDs, the outer first */
	__u16 sport;
	__u16 dport;
	/* Host byte order, as is all else; by family, for on the stack of a program each
	 * word counts. */
	union {
		struct {
			__u32 src4;
			__u32 dst4;
		};
		struct sw_pair6 pair6;
	};
};

struct sw_ethernet {
	__be16 destination[3]; /* as words: the header is aligned to them */
	__be16 source[3];
	__be16 type;
};

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

struct sw_tcp {
	__be16 sport;
	__be16 dport;
	__be32 seq;
	__be32 ack;
	__u8 offset; /* in the upper half, in 32-bit words */
	__u8 flags;
};

#define SW_TCP_SYN 0x02
#define SW_TCP_RST 0x04
#define SW_TCP_ACK 0x10

/* Whether the frame holds `size` bytes at the cursor. */
static __always_inline int sw_holds(const struct sw_cursor *cursor, __u32 size)
{
	return cursor->at + size <= cursor->end;
}

static __always_inline void sw_advance(struct sw_cursor *cursor, __u32 size)
{
	cursor->at += size;
	cursor->left -= size;
}

/* A header says that `length` bytes follow. */
static __always_inline int sw_promise(struct sw_cursor *cursor, struct sw_packet *packet,
				      __u32 length)
{
	if (__builtin_expect(length > cursor->left, 0)) {
		if (cursor->promised)
			return SW_MALFORMED;
		packet->beyond = length - cursor->left;
	}
	cursor->left = length;
	return SW_GO_ON;
}

/*
 * Makes the verifier forget by which way the cursor got here: all it keeps is
 * that the offset fits `mask`. Without this every combination of tags and
 * headers would be verified to its end on its own.
 */
static __always_inline void sw_forget_way(struct sw_cursor *cursor, __u64 mask)
{
	const void *at = cursor->at;

	__asm__ volatile("" : "+r"(at));
	cursor->at = cursor->start + ((at - cursor->start) & mask);
}

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

#include "parse_ip.h"

#endif
