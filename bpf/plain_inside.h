/* SPDX-License-Identifier: GPL-2.0 */
/* The short cut of plain.h through tunnels. */
#ifndef SPAMWEIR_PLAIN_INSIDE_H
#define SPAMWEIR_PLAIN_INSIDE_H

#include "open.h"
#include "plain.h"

static __always_inline enum sw_plain sw_plain_in6(const struct ipv6hdr *ip, const void *end,
						  __u64 size)
{
	enum sw_plain inside = SW_NOT_PLAIN;
	__u64 near, payload;

	if ((const void *)(ip + 1) > end || *(const __u8 *)ip >> 4 != 6)
		return SW_NOT_PLAIN;
	near = sw_gate_near6(sw_in6_read(&ip->saddr)) | sw_gate_near6(sw_in6_read(&ip->daddr));
	payload = sw_swap16(ip->payload_len);
	if (near & 1 || sizeof(*ip) + payload > size)
		return SW_NOT_PLAIN;
	if (ip->nexthdr == IPPROTO_IPIP && sw_opens_tunnel(SW_TUNNEL_4IN6))
		inside = sw_plain4((const void *)(ip + 1), end, payload, 1);
	return inside == SW_PLAIN_CLEAN4 ? inside : SW_NOT_PLAIN;
}

/*
 * The short cut through a tunnel of IPv4 in IPv6 without anything between, for where
 * there is DS-Lite most packets are such: both are plain, and what is inside is clean
 * by itself.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_plain_inside(struct xdp_md *ctx)
{
	const void *frame = (const void *)(long)ctx->data, *end = (const void *)(long)ctx->data_end;
	const struct sw_ethernet *eth = frame;
	__u64 size = end - frame - sizeof(*eth);

	__asm__ volatile("" : "+r"(size)); /* as in sw_plain() */
	if ((const void *)(eth + 1) > end || eth->type != sw_swap16(ETH_P_IPV6))
		return SW_NOT_PLAIN;
	return sw_plain_in6(frame + sizeof(*eth), end, size);
}

#endif
