/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which buckets of the limiter may hold a source whose own bucket is not full, a bit each,
 * so that they can be counted without reading all.
 *
 * A program moves the slot first, then looks for the bit and sets it if it is not there. The
 * user side clears the bit of a bucket in which all are full again, looks once more, and sets
 * it if that is no longer so. Whoever comes first, the other one sees it.
 */
#ifndef SPAMWEIR_MAPS_BUSY_H
#define SPAMWEIR_MAPS_BUSY_H

#include "maps/limiter.h"

struct sw_busy {
	__u64 word[(1 << SW_BUCKET_BITS) / 64];
};

_Static_assert(sizeof(struct sw_busy) == 32768, "layout is pinned");

#endif
