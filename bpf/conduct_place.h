/* SPDX-License-Identifier: GPL-2.0 */
/* Where the conduct of a source is kept. */
#ifndef SPAMWEIR_CONDUCT_PLACE_H
#define SPAMWEIR_CONDUCT_PLACE_H

#include "maps.h"

static __always_inline struct sw_conduct_bucket *sw_conduct_bucket(struct sw_spot spot)
{
	struct sw_conduct *state = sw_value_of(&conduct);
	__u64 index = spot.bucket;

	__asm__("" : "+r"(index)); /* as in the ledger */
	return sw_kept_address(&state->bucket[index & (SW_CONDUCT_BUCKETS - 1)]);
}

static __always_inline struct sw_spot sw_conduct_spot(__u64 hi, __u64 lo, int ipv6, int remote)
{
	const struct sw_seed keys = sw_seed_now();

	return sw_spot(&keys, hi, lo, ipv6, remote, SW_CONDUCT_BITS);
}

/* Begins to load what noting a SYN asks for first. */
static __always_inline void sw_preload_conduct(__u64 hi, __u64 lo, int ipv6, int remote)
{
	struct sw_conduct_bucket *bucket = sw_conduct_bucket(sw_conduct_spot(hi, lo, ipv6, remote));

	sw_preload(&bucket->row);
}

#endif
