/* SPDX-License-Identifier: GPL-2.0 */
/* The C&C stage: every packet passes here, so it is two bit tests long. */
#ifndef SPAMWEIR_CNC_H
#define SPAMWEIR_CNC_H

#include "maps.h"
#include "parse.h"
#include "table4.h"
#include "table6.h"

/* The feed that lists an address, with the reason; SW_GO_ON if none does. */
static __always_inline int sw_cnc4(const struct sw_policy *policy, __u32 address, int reason)
{
	const struct sw_layout sizes = sw_layout_now();
	__u32 feed = sw_table4_lookup(policy, &sizes, SW_SET_CNC, address);

	return feed ? SW_DECISION(reason, SW_IPV4, feed) : SW_GO_ON;
}

static __always_inline int sw_cnc6(const struct sw_policy *policy, struct sw_in6 address,
				   int reason)
{
	const struct sw_layout sizes = sw_layout_now();
	__u32 feed = sw_table6_lookup(policy, &sizes, SW_SET_CNC, address);

	return feed ? SW_DECISION(reason, SW_IPV6, feed) : SW_GO_ON;
}

/* Bit 0: something near one of the addresses is listed. Both are tested before
 * either answer is looked at, so that the two cache misses of a cold packet
 * overlap. */
static __always_inline __u64 sw_cnc_touches4(const struct sw_policy *policy, __u32 src, __u32 dst)
{
	const struct sw_table4 *table = &policy->v4[SW_SET_CNC];

	return (sw_table4_touched(table, src) | sw_table4_touched(table, dst)) & 1;
}

static __always_inline __u64 sw_cnc_touches6(const struct sw_policy *policy, struct sw_in6 src,
					     struct sw_in6 dst)
{
	const struct sw_table6 *table = &policy->v6[SW_SET_CNC];

	return (sw_table6_touched(table, src) | sw_table6_touched(table, dst)) & 1;
}

static __always_inline int sw_cut_cnc4(const struct sw_policy *policy,
				       const struct sw_packet *packet)
{
	int decision;

	if (__builtin_expect(!sw_cnc_touches4(policy, packet->src4, packet->dst4), 1))
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

	if (__builtin_expect(!sw_cnc_touches6(policy, packet->src6, packet->dst6), 1))
		return SW_GO_ON;
	decision = sw_cnc6(policy, packet->src6, SW_CNC_SRC);
	if (decision != SW_GO_ON)
		return decision;
	return sw_cnc6(policy, packet->dst6, SW_CNC_DST);
}

#endif
