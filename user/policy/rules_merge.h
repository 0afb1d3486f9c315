/* SPDX-License-Identifier: GPL-2.0 */
/* Sorted rules as sets: a rule is its prefix and its feed. */
#ifndef SPAMWEIR_POLICY_RULES_MERGE_H
#define SPAMWEIR_POLICY_RULES_MERGE_H

#include "policy/rules.h"

/* What of `a` is not in `b`; and what is in either of two that have nothing in common.
 * Lists alone: of the kinds all. The caller's, released by sw_rules_free; NULL: no
 * memory, or `a` or `b` was NULL. */
struct sw_rules *sw_rules_minus(const struct sw_rules *a, const struct sw_rules *b);
struct sw_rules *sw_rules_plus(const struct sw_rules *a, const struct sw_rules *b);

#endif
