/* SPDX-License-Identifier: GPL-2.0 */
/* Where something changes: what the tables are made of, piece by piece. */
#ifndef SPAMWEIR_POLICY_REGIONS_H
#define SPAMWEIR_POLICY_REGIONS_H

#include <stddef.h>

#include "base/prefix.h"

#define SW_REGIONS_MAX 4096 /* of each family: beyond that, all is compiled anew */

/* All zero is none; released by sw_regions_free. */
struct sw_regions {
	__u64 block[(1 << 16) / 64]; /* IPv4: bit per /16 */
	__u32 blocks;
	__u32 *top; /* IPv6: /32s, ascending, once finished */
	size_t tops, tops_room;
};

/* Adds those that a prefix has addresses in. -E2BIG: these are too many, or it is IPv6
 * and wider than a /32. -ENOMEM. */
int sw_regions_add(struct sw_regions *regions, const struct sw_prefix *prefix);

/* Adds all of another. As sw_regions_add. */
int sw_regions_join(struct sw_regions *regions, const struct sw_regions *more);

/* Puts what was added in order. */
void sw_regions_finish(struct sw_regions *regions);

void sw_regions_free(struct sw_regions *regions);

static inline bool sw_regions_has_block(const struct sw_regions *regions, __u32 block)
{
	return regions->block[block / 64] >> block % 64 & 1;
}

/* The first block from one on; past the last: 1 << 16. */
__u32 sw_regions_next_block(const struct sw_regions *regions, __u32 from);

/* The first /32 at or behind `top`: its place, or regions->tops. They are in order. */
__u32 sw_regions_seek(const struct sw_regions *regions, __u32 top);

/* Whether a prefix has addresses in any. They are in order. */
bool sw_regions_overlap(const struct sw_regions *regions, const struct sw_prefix *prefix);

#endif
