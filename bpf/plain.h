/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A short cut for what most packets are: IP right behind the Ethernet header, or, where
 * such tunnels are opened, IPv4 right behind IPv6 there; whole, without options, neither
 * SMTP nor an answer to it, and no address near a listed one. What it finds clean, the
 * whole way would find clean; on the rest it has no opinion. It is here for speed alone:
 * without it no verdict would change.
 */
#ifndef SPAMWEIR_PLAIN_H
#define SPAMWEIR_PLAIN_H

#include "gate.h"
#include "open.h"
#include "parse_ip.h"
#include "tunnel.h"

#define SW_PLAIN_IPV4 0x45 /* version 4, and a header of five words */

enum sw_plain {
	SW_NOT_PLAIN,
	SW_PLAIN_CLEAN4,
	SW_PLAIN_CLEAN6,
	SW_PLAIN4, /* it is known what it is, but not what becomes of it */
	SW_PLAIN6,
};

/* Offset and flags of a TCP header, as they lie in memory. */
static __always_inline __u32 sw_plain_flags(const struct sw_tcp *tcp)
{
	return *(const __u16 *)&tcp->offset;
}

/* `left` may be less than 0. One comparison holds the header against both its bounds. */
static __always_inline int sw_is_plain_tcp(__u32 flags, __s64 left)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	__u32 header = (flags >> 2 & 0x3c) - SW_TCP_MIN;
#else
	__u32 header = (flags >> 10 & 0x3c) - SW_TCP_MIN;
#endif

	return (__s64)(__u64)header <= left - SW_TCP_MIN;
}

/* Bit 0: it may be SMTP by its destination port or, if it answers a SYN, an answer by its
 * source port. Of these three flags ACK is the highest: with one of the others beside it,
 * and only then, they are more than it is alone. */
static __always_inline __u64 sw_plain_ports(const struct sw_gate *here, const struct sw_tcp *tcp,
					    __u32 flags)
{
	__u64 near = sw_gate_near_smtp(here, &tcp->dport);

	flags &= sw_swap16(SW_TCP_SYN | SW_TCP_RST | SW_TCP_ACK);
	if (__builtin_expect(flags > sw_swap16(SW_TCP_ACK), 0))
		near |= sw_gate_near_smtp(here, &tcp->sport);
	return near;
}

/* Whether it is a tunnel, or one's control: then it is not plain where these are looked for. */
static __always_inline int sw_is_tunnel_tcp(const struct sw_tcp *tcp)
{
	return tcp->dport == sw_swap16(SW_PORT_PPTP);
}

/* Whether what is not TCP is one; `tcp` is where its first words are. */
static __always_inline int sw_is_tunnel(__u8 protocol, const struct sw_tcp *tcp)
{
	if (protocol != IPPROTO_UDP)
		return sw_is_tunnel_protocol(protocol);
	return sw_tunnel_of_ports(sw_swap16(tcp->sport), sw_swap16(tcp->dport)) != SW_NO_TUNNEL;
}

/* Bit 0: UDP may be one. */
static __always_inline __u64 sw_maybe_tunnel(const struct sw_tcp *tcp)
{
	return sw_gate_shift(SW_TUNNEL_PORT_BITS, tcp->sport) |
	       sw_gate_shift(SW_TUNNEL_PORT_BITS, tcp->dport);
}

/* What is not TCP, where tunnels are looked for. Nearly all of it is UDP, and takes one
 * branch. `near`: its addresses. */
static __always_inline enum sw_plain sw_plain_by(__u64 near, __u8 protocol,
						 const struct sw_tcp *tcp, enum sw_plain plain,
						 enum sw_plain clean)
{
	if (__builtin_expect(protocol == IPPROTO_UDP && !((near | sw_maybe_tunnel(tcp)) & 1), 1))
		return clean;
	if (sw_is_tunnel(protocol, tcp))
		return SW_NOT_PLAIN;
	return near & 1 ? plain : clean;
}

/* `size` is the frame's, without what stands in front of the packet, and `near` what is
 * known of that; `plain`: what it is if it may be not clean; `tunnels`: whether they are
 * looked for. */
static __always_inline enum sw_plain sw_plain4(const struct iphdr *ip, const void *end, __u64 size,
					       __u64 near, const enum sw_plain plain,
					       const int tunnels)
{
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	const struct sw_gate *here;
	__u32 total, flags;

	if ((const void *)(tcp + 1) > end || *(const __u8 *)ip != SW_PLAIN_IPV4 ||
	    ip->frag_off & sw_swap16(SW_IP_OFFSET | SW_IP_MORE))
		return SW_NOT_PLAIN;
	here = sw_gate_here();
	near |= sw_gate_near4_in(here, sw_swap32(ip->saddr)) |
		sw_gate_near4_in(here, sw_swap32(ip->daddr));
	total = sw_swap16(ip->tot_len);
	if (total > size)
		return SW_NOT_PLAIN;
	if (ip->protocol == IPPROTO_TCP) {
		flags = sw_plain_flags(tcp);
		if (!sw_is_plain_tcp(flags, (__s64)total - (int)sizeof(*ip)) ||
		    (tunnels && sw_is_tunnel_tcp(tcp)))
			return SW_NOT_PLAIN;
		near |= sw_plain_ports(here, tcp, flags);
	} else if (total < sizeof(*ip)) {
		return SW_NOT_PLAIN;
	} else if (tunnels) {
		return sw_plain_by(near, ip->protocol, tcp, plain, SW_PLAIN_CLEAN4);
	}
	return near & 1 ? plain : SW_PLAIN_CLEAN4;
}

/* IPv4 in IPv6 without anything between, for where there is DS-Lite most packets are such:
 * both are plain, and clean. */
static __always_inline enum sw_plain sw_plain_4in6(const struct ipv6hdr *ip, const void *end,
						   __u64 size)
{
	__u64 payload = sw_swap16(ip->payload_len);
	const struct sw_gate *here;
	__u64 near;

	if (sizeof(*ip) + payload > size || !sw_opens_tunnel(SW_TUNNEL_4IN6))
		return SW_NOT_PLAIN;
	here = sw_gate_here();
	near = sw_gate_near6_in(here, sw_in6_read(&ip->saddr)) |
	       sw_gate_near6_in(here, sw_in6_read(&ip->daddr));
	/* Left alone, the compiler keeps what is or-ed apart, on the stack. */
	__asm__ volatile("" : "+r"(near));
	return sw_plain4((const void *)(ip + 1), end, payload, near, SW_NOT_PLAIN, 1);
}

static __always_inline enum sw_plain sw_plain6(const struct ipv6hdr *ip, const void *end,
					       __u64 size, const int tunnels)
{
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	const struct sw_gate *here;
	__u32 payload, flags;
	__u64 near;

	if ((const void *)(tcp + 1) > end || *(const __u8 *)ip >> 4 != 6)
		return SW_NOT_PLAIN;
	if (ip->nexthdr != IPPROTO_TCP && ip->nexthdr != IPPROTO_UDP) {
		if (tunnels && ip->nexthdr == IPPROTO_IPIP)
			return sw_plain_4in6(ip, end, size);
		return SW_NOT_PLAIN;
	}
	here = sw_gate_here();
	near = sw_gate_near6_in(here, sw_in6_read(&ip->saddr)) |
	       sw_gate_near6_in(here, sw_in6_read(&ip->daddr));
	payload = sw_swap16(ip->payload_len);
	if (sizeof(*ip) + payload > size)
		return SW_NOT_PLAIN;
	if (ip->nexthdr == IPPROTO_TCP) {
		flags = sw_plain_flags(tcp);
		if (!sw_is_plain_tcp(flags, payload) || (tunnels && sw_is_tunnel_tcp(tcp)))
			return SW_NOT_PLAIN;
		near |= sw_plain_ports(here, tcp, flags);
	} else if (tunnels) {
		return sw_plain_by(near, IPPROTO_UDP, tcp, SW_PLAIN6, SW_PLAIN_CLEAN6);
	}
	return near & 1 ? SW_PLAIN6 : SW_PLAIN_CLEAN6;
}

static __always_inline enum sw_plain sw_plain(const void *frame, const void *end, const int tunnels)
{
	const struct sw_ethernet *eth = frame;
	__u64 size = end - frame - sizeof(*eth);

	/* Else the compiler makes sums over pointers of what is compared below. */
	__asm__ volatile("" : "+r"(size));
	if ((const void *)(eth + 1) > end)
		return SW_NOT_PLAIN;
	if (eth->type == sw_swap16(ETH_P_IP))
		return sw_plain4(frame + sizeof(*eth), end, size, 0, SW_PLAIN4, tunnels);
	if (eth->type == sw_swap16(ETH_P_IPV6))
		return sw_plain6(frame + sizeof(*eth), end, size, tunnels);
	return SW_NOT_PLAIN;
}

#endif
