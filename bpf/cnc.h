/* SPDX-License-Identifier: GPL-2.0 */
/* The C&C stage: every packet passes here, so it is two bit tests long. */
#ifndef SPAMWEIR_CNC_H
#define SPAMWEIR_CNC_H

#include "maps.h"
#include "parse.h"
#include "table4.h"
#include "table6.h"

/* Both tests are made before either is looked at, so that the two cache
 * misses of a cold packet overlap. */
static __always_inline int sw_cut_cnc4(const struct sw_policy *policy,
				       const struct sw_packet *packet, __u8 *feed)
{
	const struct sw_table4 *table = &policy->v4[SW_SET_CNC];
	__u64 src = sw_table4_touched(table, packet->src4);
	__u64 dst = sw_table4_touched(table, packet->dst4);

	if (__builtin_expect(!((src | dst) & 1), 1))
		return SW_GO_ON;
	if (src & 1) {
		*feed = sw_table4_find(policy, sw_layout_now(), SW_SET_CNC, packet->src4);
		if (*feed)
			return SW_CNC_SRC;
	}
	if (dst & 1) {
		*feed = sw_table4_find(policy, sw_layout_now(), SW_SET_CNC, packet->dst4);
		if (*feed)
			return SW_CNC_DST;
	}
	return SW_GO_ON;
}

static __always_inline int sw_cut_cnc6(const struct sw_policy *policy,
				       const struct sw_packet *packet, __u8 *feed)
{
	const struct sw_table6 *table = &policy->v6[SW_SET_CNC];
	__u64 src = sw_table6_touched(table, packet->src6);
	__u64 dst = sw_table6_touched(table, packet->dst6);

	if (__builtin_expect(!((src | dst) & 1), 1))
		return SW_GO_ON;
	if (src & 1) {
		*feed = sw_table6_find(policy, sw_layout_now(), SW_SET_CNC, packet->src6);
		if (*feed)
			return SW_CNC_SRC;
	}
	if (dst & 1) {
		*feed = sw_table6_find(policy, sw_layout_now(), SW_SET_CNC, packet->dst6);
		if (*feed)
			return SW_CNC_DST;
	}
	return SW_GO_ON;
}

#endif
