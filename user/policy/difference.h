/* SPDX-License-Identifier: GPL-2.0 */
/* What a list that takes another's place changes: entry by entry, and in addresses. */
#ifndef SPAMWEIR_POLICY_DIFFERENCE_H
#define SPAMWEIR_POLICY_DIFFERENCE_H

#include "policy/own.h"

/* All zero is none; released by sw_difference_free. */
struct sw_difference {
	struct sw_rule_list in, out; /* prefixes that come and go, in address order */
	struct sw_own opened;	     /* addresses that are listed then and are not now */
	struct sw_own closed;	     /* and the other way around */
};

/* Both lists are sorted, in place. -ENOMEM. */
int sw_difference_make(struct sw_rule_list *before, struct sw_rule_list *after,
		       struct sw_difference *out);
void sw_difference_free(struct sw_difference *difference);

/* The addresses of `from` that are not in `what`. -ENOMEM. */
int sw_ranges_subtract(const struct sw_own *from, const struct sw_own *what, struct sw_own *out);

/* How many IPv4 addresses there are, or parts of how many IPv6 /64s. */
__u64 sw_ranges_size(const struct sw_own *ranges, __u8 family);

#endif
