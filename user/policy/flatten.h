/* SPDX-License-Identifier: GPL-2.0 */
/* A list of overlapping prefixes, read as disjoint ranges in address order. */
#ifndef SPAMWEIR_POLICY_FLATTEN_H
#define SPAMWEIR_POLICY_FLATTEN_H

#include "policy/rules.h"

/* A disjoint range of addresses and what lists it. */
struct sw_range {
	sw_u128 first;
	sw_u128 last;
	__u8 rank;   /* of the feed */
	__u8 length; /* of the prefix that it is a part of */
};

#define SW_NESTED_MAX 129 /* one prefix of every length */

struct sw_flatten {
	struct sw_range range; /* the current one, unless `done` */
	bool done;

	const struct sw_rule_list *list;
	const bool *monitor; /* by rank */
	const __u8 *says;    /* the same, of mail to its addresses; NULL: it is read for sources */
	__u8 family;
	size_t next;
	struct sw_range rule; /* the next one, unless `exhausted` */
	bool exhausted;
	/* The prefixes around the current address, each within the one before.
	 * Their .first moves on to what no range has covered yet. */
	struct sw_range nested[SW_NESTED_MAX];
	unsigned depth;
};

/* Goes to the first range. The list must be sorted; it and `monitor` (by rank) must stay
 * as long as this is used. The longest prefix around an address counts, but one of a feed
 * that only monitors never takes the place of one that is enforced, and of equal ones the
 * first does. */
void sw_flatten_begin(struct sw_flatten *flatten, const struct sw_rule_list *list,
		      const bool *monitor, __u8 family);

/* The same of what feeds say of mail to their addresses, `says` by rank: a feed that says
 * nothing (0) is passed over, and one that says less never takes the place of one that
 * says more. */
void sw_flatten_begin_to(struct sw_flatten *flatten, const struct sw_rule_list *list,
			 const __u8 *says, __u8 family);

void sw_flatten_next(struct sw_flatten *flatten);

/* Behind the current range: how many IPv4 rules, from *rule on and no more than `most`, lie
 * within no other, hold none, and end before address `limit`. They are ranges as they are, and
 * there may be millions, which sw_flatten_pass() passes over, before sw_flatten_next(). */
size_t sw_flatten_alone4(const struct sw_flatten *flatten, __u64 limit, size_t most,
			 const __u64 **rule);
void sw_flatten_pass(struct sw_flatten *flatten, size_t count);

#endif
