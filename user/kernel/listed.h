/* SPDX-License-Identifier: GPL-2.0 */
/* What a generation's tables say of an address, and of the IPv4 address that it carries
 * (embed.h). */
#ifndef SPAMWEIR_KERNEL_LISTED_H
#define SPAMWEIR_KERNEL_LISTED_H

#include "base/prefix.h"

struct sw_listing {
	__u8 cnc; /* the feed's slot; 0: none */
	struct sw_standing standing;
	struct sw_prefix carried; /* of family 0: it carries none */
};

/* As the datapath finds it. `policy` is of sw_generation_reach() for this address, or all
 * of a generation. */
struct sw_listing sw_listed(const struct sw_policy *policy, const struct sw_prefix *address);

#endif
