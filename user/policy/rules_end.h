/* SPDX-License-Identifier: GPL-2.0 */
/* Rules come to their end. */
#ifndef SPAMWEIR_POLICY_RULES_END_H
#define SPAMWEIR_POLICY_RULES_END_H

#include "policy/rules.h"

/* Takes out of the rules what has ended by `now_s`, and notes the other ends in them.
 * Those of feeds from rank `feeds` on are none of theirs. -ENOMEM. */
int sw_rule_ends_apply(const struct sw_rule_end *end, size_t ends, __u8 feeds, __u64 now_s,
		       struct sw_rules *rules);

#endif
