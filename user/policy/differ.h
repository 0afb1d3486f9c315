/* SPDX-License-Identifier: GPL-2.0 */
/* Where two versions of a list differ. */
#ifndef SPAMWEIR_POLICY_DIFFER_H
#define SPAMWEIR_POLICY_DIFFER_H

#include "feed/copy.h"
#include "policy/lineage.h"
#include "policy/regions.h"

/* A copy as of some time (Unix): what ends by then is not in it. */
struct sw_differ_copy {
	const struct sw_feed_copy *copy;
	__u64 as_of_s;
};

/* Adds the regions of entries that one of them has and the other has not, or that end at
 * another time. As sw_regions_add. */
int sw_differ_copies(const struct sw_differ_copy *then, const struct sw_differ_copy *now,
		     struct sw_regions *regions);

/* An array of prefixes, as the operator's lists are. free(3). */
struct sw_differ_entries {
	struct sw_prefix *prefix;
	size_t count;
};

/* An operator's list as it was. -ENOMEM. */
int sw_differ_entries(const struct sw_lineage *lineage, size_t rank, struct sw_differ_entries *out);

/* The same of an operator's list as it was, and as it is. */
int sw_differ_list(const struct sw_lineage *lineage, size_t rank, const struct sw_feed_config *feed,
		   struct sw_regions *regions);

#endif
