/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A short cut for what most packets are: IP right behind the Ethernet header,
 * whole, without options, no SMTP, neither address near a listed one. What it
 * knows, the whole road would find clean; on the rest it has no opinion. It is
 * here for speed alone: without it no verdict would change.
 */
#ifndef SPAMWEIR_PLAIN_H
#define SPAMWEIR_PLAIN_H

#include "cnc.h"
#include "parse.h"

#define SW_PLAIN_IPV4 0x45 /* version 4, and a header of five words */

static __always_inline int sw_is_plain_tcp(const struct sw_tcp *tcp, __u32 left)
{
	__u32 header = tcp->offset >> 4 << 2;

	return header >= SW_TCP_MIN && header <= left &&
	       !(gate.port_bits >> (sw_swap16(tcp->dport) & 63) & 1);
}

/* `size` is the frame's, without the Ethernet header. */
static __always_inline int sw_is_plain4(const struct iphdr *ip, const void *end, __u64 size)
{
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	__u32 total;

	if ((const void *)(tcp + 1) > end || *(const __u8 *)ip != SW_PLAIN_IPV4 ||
	    ip->frag_off & sw_swap16(SW_IP_OFFSET | SW_IP_MORE))
		return 0;
	if (sw_cnc_near4(sw_swap32(ip->saddr), sw_swap32(ip->daddr)))
		return 0;
	total = sw_swap16(ip->tot_len);
	if (total < sizeof(*ip) || total > size)
		return 0;
	return ip->protocol != IPPROTO_TCP ||
	       sw_is_plain_tcp(tcp, total - sizeof(*ip));
}

static __always_inline int sw_is_plain6(const struct ipv6hdr *ip, const void *end,
					__u64 size)
{
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	__u32 payload;

	if ((const void *)(tcp + 1) > end || *(const __u8 *)ip >> 4 != 6 ||
	    (ip->nexthdr != IPPROTO_TCP && ip->nexthdr != IPPROTO_UDP))
		return 0;
	if (sw_cnc_near6(sw_in6_read(&ip->saddr), sw_in6_read(&ip->daddr)))
		return 0;
	payload = sw_swap16(ip->payload_len);
	if (sizeof(*ip) + payload > size)
		return 0;
	return ip->nexthdr != IPPROTO_TCP || sw_is_plain_tcp(tcp, payload);
}

/* The family of a plain packet; SW_NO_FAMILY if it is not known to be one. */
static __always_inline enum sw_family sw_plain_family(const void *frame, const void *end)
{
	const struct sw_ethernet *eth = frame;
	__u64 size = end - frame - sizeof(*eth);

	/* Else the compiler makes sums over pointers of what is compared below. */
	__asm__ volatile("" : "+r"(size));
	if ((const void *)(eth + 1) > end)
		return SW_NO_FAMILY;
	if (eth->type == sw_swap16(ETH_P_IP))
		return sw_is_plain4(frame + sizeof(*eth), end, size) ? SW_IPV4 : 0;
	if (eth->type == sw_swap16(ETH_P_IPV6))
		return sw_is_plain6(frame + sizeof(*eth), end, size) ? SW_IPV6 : 0;
	return SW_NO_FAMILY;
}

#endif
