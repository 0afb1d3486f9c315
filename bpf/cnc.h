/* SPDX-License-Identifier: GPL-2.0 */
/* The C&C stage: every packet passes here, so it is two bit tests long. */
#ifndef SPAMWEIR_CNC_H
#define SPAMWEIR_CNC_H

#include "maps.h"
#include "parse.h"
#include "table4.h"
#include "table6.h"

/* Bit 0: something near the address is listed. The other bits are noise. */
static __always_inline __u64 sw_gate_near4(__u32 address)
{
	return gate.net4[address >> 14] >> (address >> 8 & 63);
}

static __always_inline __u64 sw_gate_near6(struct sw_in6 address)
{
	__u32 hash = sw_hash_top6(address.hi >> 32) >> (32 - SW_GATE_TOP6_BITS);
	__u32 wide = address.hi >> 48;

	return gate.top6[hash >> 6] >> (hash & 63) | gate.wide6[wide >> 6] >> (wide & 63);
}

/* The same of either address. Both are tested before either answer is looked at,
 * so that the two cache misses of a cold packet overlap. */
static __always_inline __u64 sw_cnc_near4(__u32 src, __u32 dst)
{
	return (sw_gate_near4(src) | sw_gate_near4(dst)) & 1;
}

static __always_inline __u64 sw_cnc_near6(struct sw_in6 src, struct sw_in6 dst)
{
	return (sw_gate_near6(src) | sw_gate_near6(dst)) & 1;
}

/* The feed that lists an address, with the reason; SW_GO_ON if none does. */
static __always_inline int sw_cnc4(const struct sw_policy *policy, __u32 address, int reason)
{
	const struct sw_layout sizes = sw_layout_now();
	__u32 feed = sw_gate_near4(address) & 1 ?
			     sw_table4_find(policy, &sizes, SW_SET_CNC, address) : 0;

	return feed ? SW_DECISION(reason, SW_IPV4, feed) : SW_GO_ON;
}

static __always_inline int sw_cnc6(const struct sw_policy *policy, struct sw_in6 address,
				   int reason)
{
	const struct sw_layout sizes = sw_layout_now();
	__u32 feed = sw_gate_near6(address) & 1 ?
			     sw_table6_find(policy, &sizes, SW_SET_CNC, address) : 0;

	return feed ? SW_DECISION(reason, SW_IPV6, feed) : SW_GO_ON;
}

static __always_inline int sw_cut_cnc4(const struct sw_policy *policy,
				       const struct sw_packet *packet)
{
	int decision;

	if (__builtin_expect(!sw_cnc_near4(packet->src4, packet->dst4), 1))
		return SW_GO_ON;
	decision = sw_cnc4(policy, packet->src4, SW_CNC_SRC);
	if (decision != SW_GO_ON)
		return decision;
	return sw_cnc4(policy, packet->dst4, SW_CNC_DST);
}

static __always_inline int sw_cut_cnc6(const struct sw_policy *policy,
				       const struct sw_packet *packet)
{
	int decision;

	if (__builtin_expect(!sw_cnc_near6(packet->src6, packet->dst6), 1))
		return SW_GO_ON;
	decision = sw_cnc6(policy, packet->src6, SW_CNC_SRC);
	if (decision != SW_GO_ON)
		return decision;
	return sw_cnc6(policy, packet->dst6, SW_CNC_DST);
}

#endif
