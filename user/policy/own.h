/* SPDX-License-Identifier: GPL-2.0 */
/* The ISP's own address space, as disjoint ranges in order. There are few, and every
 * entry of a feed is compared with them. */
#ifndef SPAMWEIR_POLICY_OWN_H
#define SPAMWEIR_POLICY_OWN_H

#include "policy/rules.h"

struct sw_own_range {
	sw_u128 first;
	sw_u128 last;
};

struct sw_own {
	struct sw_own_range *range[SW_FAMILIES];
	size_t ranges[SW_FAMILIES];
};

/* From the `own` rules, in any order. -ENOMEM. */
int sw_own_build(const struct sw_rule_list *rules, struct sw_own *own);

void sw_own_free(struct sw_own *own);

/* Whether they have any address in common. */
bool sw_own_overlaps(const struct sw_own *own, const struct sw_prefix *prefix);

#endif
