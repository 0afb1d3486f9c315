/* SPDX-License-Identifier: GPL-2.0 */
/* Rules in the order that they are compiled from. */
#ifndef SPAMWEIR_POLICY_RULES_SORT_H
#define SPAMWEIR_POLICY_RULES_SORT_H

#include "policy/rules.h"

/* For qsort(): the order of struct sw_rule6. */
int sw_rule6_compare(const void *a, const void *b);

/* Sorts every list as sw_rule4 says, drops exact duplicates of one prefix, keeping the
 * lowest rank (all of allow feeds, if `to_differs`, and all of protect feeds), and finds the combinations.
 * -ENOMEM. */
int sw_rules_sort(struct sw_rules *rules);

#endif
