/* SPDX-License-Identifier: GPL-2.0 */
/* IP and TCP. parse.h explains the steps. */
#ifndef SPAMWEIR_PARSE_IP_H
#define SPAMWEIR_PARSE_IP_H

#include "parse.h"

#define SW_EXT_MAX 8

#define SW_IPPROTO_HIP 139
#define SW_IPPROTO_SHIM6 140

#define SW_IP_MORE 0x2000
#define SW_IP_OFFSET 0x1fff

/* The extension header of RFC 8200, of which all but AH count their length in
 * units of 8 bytes after the first 8. */
struct sw_ext_header {
	__u8 next;
	__u8 length;
	__be16 fragment; /* of a fragment header: offset in units of 8 bytes << 3 | more */
	__be32 rest;
};

#define SW_EXT_BELOW_64                                                                            \
	(1ULL << IPPROTO_HOPOPTS | 1ULL << IPPROTO_ROUTING | 1ULL << IPPROTO_FRAGMENT |            \
	 1ULL << IPPROTO_AH | 1ULL << IPPROTO_DSTOPTS)

static __always_inline int sw_is_ext_header(__u8 protocol)
{
	if (protocol < 64)
		return SW_EXT_BELOW_64 >> protocol & 1;
	return protocol == IPPROTO_MH || protocol == SW_IPPROTO_HIP || protocol == SW_IPPROTO_SHIM6;
}

/* Holds what the headers promise against the whole frame. */
static __always_inline int sw_check_length(const struct sw_cursor *cursor,
					   const struct sw_packet *packet)
{
	__u64 readable = cursor->end - cursor->start;

	if (__builtin_expect(!packet->beyond, 1))
		return SW_GO_ON;
	/* Left alone, the compiler reorders sums over pointers, which the
	 * verifier forbids. */
	__asm__ volatile("" : "+r"(readable));
	return readable + packet->beyond > cursor->length ? SW_MALFORMED : SW_GO_ON;
}

static __always_inline int sw_parse_addresses4(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct iphdr *ip = cursor->at;

	if (!sw_holds(cursor, sizeof(*ip)))
		return SW_MALFORMED;
	if (ip->version != 4)
		return SW_MALFORMED;
	packet->src4 = sw_swap32(ip->saddr);
	packet->dst4 = sw_swap32(ip->daddr);
	return SW_GO_ON;
}

static __always_inline struct sw_in6 sw_in6_read(const struct in6_addr *address)
{
	const __be32 *word = address->s6_addr32;

	return (struct sw_in6){
		.hi = (__u64)sw_swap32(word[0]) << 32 | sw_swap32(word[1]),
		.lo = (__u64)sw_swap32(word[2]) << 32 | sw_swap32(word[3]),
	};
}

static __always_inline int sw_parse_addresses6(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct ipv6hdr *ip = cursor->at;

	if (!sw_holds(cursor, sizeof(*ip)))
		return SW_MALFORMED;
	if (ip->version != 6)
		return SW_MALFORMED;
	packet->pair6.source = sw_in6_read(&ip->saddr);
	packet->pair6.destination = sw_in6_read(&ip->daddr);
	return SW_GO_ON;
}

/* The header's bounds were proven by sw_parse_addresses, but that proof does
 * not survive the lookups in between on every kernel; hence once more. */
static __always_inline int sw_parse_lengths4(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct iphdr *ip = cursor->at;
	__u32 header, total;

	if (!sw_holds(cursor, sizeof(*ip)))
		return SW_MALFORMED;
	header = ip->ihl * 4;
	total = sw_swap16(ip->tot_len);
	if (header < sizeof(*ip) || total < header)
		return SW_MALFORMED;
	return sw_promise(cursor, packet, total);
}

static __always_inline int sw_parse_lengths6(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct ipv6hdr *ip = cursor->at;

	if (!sw_holds(cursor, sizeof(*ip)))
		return SW_MALFORMED;
	return sw_promise(cursor, packet, sizeof(*ip) + sw_swap16(ip->payload_len));
}

static __always_inline int sw_parse_tcp(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct sw_tcp *tcp = cursor->at;
	__u32 header;

	if (packet->protocol != IPPROTO_TCP || packet->fragment == SW_LATER)
		return SW_GO_ON;
	if (packet->fragment == SW_FIRST && cursor->left < SW_TCP_FLAGS_END)
		return SW_TINY_FRAGMENT;
	if (packet->fragment == SW_WHOLE && cursor->left < SW_TCP_MIN)
		return SW_MALFORMED;
	if (!sw_holds(cursor, SW_TCP_FLAGS_END))
		return SW_EXT_HEADER_LIMIT;
	header = tcp->offset >> 4 << 2;
	/* A first fragment may end within the options. */
	if (header < SW_TCP_MIN || (packet->fragment == SW_WHOLE && header > cursor->left))
		return SW_MALFORMED;
	packet->sport = sw_swap16(tcp->sport);
	packet->dport = sw_swap16(tcp->dport);
	packet->seq = sw_swap32(tcp->seq);
	packet->tcp_flags = tcp->flags;
	return SW_GO_ON;
}

/* `offset` is in units of 8 bytes. */
static __always_inline int sw_parse_fragment(struct sw_packet *packet, __u32 offset, int more)
{
	if (offset) {
		packet->fragment = SW_LATER;
		if (offset == 1 && packet->protocol == IPPROTO_TCP)
			return SW_TINY_FRAGMENT;
	} else if (more) {
		packet->fragment = SW_FIRST;
	}
	return SW_GO_ON;
}

/* Moves past the header, and its options. */
static __always_inline int sw_parse_header4(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct iphdr *ip = cursor->at;
	__u32 header, fragment;

	if (!sw_holds(cursor, sizeof(*ip)))
		return SW_MALFORMED;
	packet->protocol = ip->protocol;
	fragment = sw_swap16(ip->frag_off);
	header = ip->ihl * 4;
	sw_advance(cursor, header);
	if (__builtin_expect(!(fragment & (SW_IP_OFFSET | SW_IP_MORE)), 1))
		return SW_GO_ON;
	return sw_parse_fragment(packet, fragment & SW_IP_OFFSET, fragment & SW_IP_MORE);
}

/* Moves past the fixed header. */
static __always_inline int sw_parse_header6(struct sw_cursor *cursor, struct sw_packet *packet)
{
	const struct ipv6hdr *ip = cursor->at;

	if (!sw_holds(cursor, sizeof(*ip)))
		return SW_MALFORMED;
	packet->protocol = ip->nexthdr;
	sw_advance(cursor, sizeof(*ip));
	return SW_GO_ON;
}

/* Where a walk along extension headers begins and, after SW_GO_ON, ended. */
struct sw_chain {
	__u32 offset; /* in the frame */
	__u32 left;   /* as in the cursor */
	__u8 protocol;
	__u8 fragment;
};

/* The IP header stands behind at most 14 + 2 * 4 + 4 * 4 bytes; the end of the
 * chain, behind 40 of IPv6 and eight headers of 2,048 more. */
#define SW_LINK_OFFSETS 0x3f
#define SW_CHAIN_OFFSETS 0x7fff

#define SW_NEXT_HEADER (-2) /* the chain goes on */

/* What ends within its extension headers: as the first of several fragments it leaves
 * the rest of them, and what follows, to those who put it together (RFC 7112). */
static __always_inline int sw_cut_chain(const struct sw_chain *chain)
{
	return chain->fragment == SW_FIRST ? SW_TINY_FRAGMENT : SW_MALFORMED;
}

/* One header of the chain, of which `chain->left` holds the fixed part. */
static __always_inline int sw_parse_ext(struct sw_chain *chain, const struct sw_ext_header *ext)
{
	struct sw_packet packet = { .protocol = chain->protocol, .fragment = chain->fragment };
	__u32 size = (ext->length + 1) * 8, fragment;
	int reason;

	if (packet.protocol == IPPROTO_AH)
		size = (ext->length + 2) * 4;
	if (packet.protocol == IPPROTO_FRAGMENT) {
		size = sizeof(*ext);
		packet.protocol = ext->next;
		fragment = sw_swap16(ext->fragment);
		reason = sw_parse_fragment(&packet, fragment >> 3, fragment & 1);
		chain->fragment = packet.fragment;
		chain->protocol = packet.protocol;
		if (reason != SW_GO_ON)
			return reason;
		if (packet.fragment == SW_LATER)
			return SW_GO_ON;
	}
	if (chain->left < size)
		return sw_cut_chain(chain);
	chain->protocol = packet.protocol = ext->next;
	chain->offset += size;
	chain->left -= size;
	return sw_is_ext_header(packet.protocol) ? SW_NEXT_HEADER : SW_GO_ON;
}

static __always_inline int sw_parse_chain(const void *start, const void *end,
					  struct sw_chain *chain)
{
	const struct sw_ext_header *ext;
	int reason, i;

	if (!sw_is_ext_header(chain->protocol))
		return SW_GO_ON;
	for (i = 0; i < SW_EXT_MAX; i++) {
		ext = start + (chain->offset & SW_CHAIN_OFFSETS);
		if (chain->left < sizeof(*ext))
			return sw_cut_chain(chain);
		if ((const void *)(ext + 1) > end)
			return SW_EXT_HEADER_LIMIT;
		reason = sw_parse_ext(chain, ext);
		/* Kernels before 6.3 want a jump to close a loop: so the test
		 * stands here. */
		if (reason != SW_NEXT_HEADER)
			return reason;
	}
	return SW_EXT_HEADER_LIMIT;
}

/* A later fragment that may carry TCP. Behind an IPv6 fragment header another
 * extension header may stand, and what follows that was in the first one. */
static __always_inline int sw_maybe_tcp(const struct sw_packet *packet)
{
	return packet->protocol == IPPROTO_TCP ||
	       (packet->family == SW_IPV6 && sw_is_ext_header(packet->protocol));
}

#endif
