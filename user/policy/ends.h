/* SPDX-License-Identifier: GPL-2.0 */
/* Which rules end, and when: for rules that outlive what they were read from. */
#ifndef SPAMWEIR_POLICY_ENDS_H
#define SPAMWEIR_POLICY_ENDS_H

#include <stdbool.h>

#include "base/prefix.h"

struct sw_rule_end {
	__u64 hi, lo;
	__u64 until; /* Unix time */
	__u8 family, length, rank, kind;
	__u8 pad[4];
};

/* All zero is empty; free(3) what `item` points to. */
struct sw_rule_ends {
	struct sw_rule_end *item;
	size_t count, room;
};

struct sw_regions;

/* Adds those of an array that have no addresses in some regions (NULL: all). -ENOMEM. */
int sw_rule_ends_join(struct sw_rule_ends *ends, const struct sw_rule_end *end, size_t count,
		      const struct sw_regions *regions);

/* -ENOMEM. */
int sw_rule_ends_add(struct sw_rule_ends *ends, const struct sw_prefix *prefix, __u8 kind,
		     __u8 rank, __u64 until);

/* Leaves out what is there twice, where entries were taken again. A rule may have two ends:
 * what is left of one that is guarded may be another one. */
void sw_rule_ends_unique(struct sw_rule_ends *ends);

/* By what ends, whenever. */
void sw_rule_ends_sort(struct sw_rule_ends *ends);

/* Whether a rule is among them, which are sorted. */
bool sw_rule_ends_has(const struct sw_rule_ends *ends, const struct sw_prefix *prefix, __u8 kind,
		      __u8 rank);

#endif
