/* SPDX-License-Identifier: GPL-2.0 */
/* The limit stage: one token a new connection. include/maps/limiter.h has the state. */
#ifndef SPAMWEIR_LIMIT_H
#define SPAMWEIR_LIMIT_H

#include "clock.h"
#include "maps.h"

#define SW_LIMIT_TRIES 4

/* Another CPU may move any slot between the look and the swap; then the bucket
 * is looked at again. Whoever loses that race SW_LIMIT_TRIES times in a row
 * passes: mail comes first. */
static __always_inline int sw_limit(const struct sw_rate *rate, __u64 horizon,
				    struct sw_home home)
{
	__u64 now = sw_clock_ticks() & SW_TICK_MASK;
	struct sw_limiter *state;
	struct sw_bucket *bucket;
	__u32 zero = 0;
	int try, i;

	state = bpf_map_lookup_elem(&limiter, &zero);
	if (!state || !rate->interval)
		return SW_GO_ON;
	bucket = &state->bucket[home.bucket & ((1 << SW_BUCKET_BITS) - 1)];

	for (try = 0; try < SW_LIMIT_TRIES; try++) {
		__u64 seen = 0, debt = ~0ULL, tat;
		__u64 *slot = &bucket->slot[0];

		for (i = 0; i < SW_BUCKET_SLOTS; i++) {
			__u64 value = *(volatile __u64 *)&bucket->slot[i];
			__u64 ahead = sw_slot_debt(value, now, horizon);

			if (sw_slot_tag(value) == home.tag) {
				slot = &bucket->slot[i];
				seen = value;
				debt = ahead;
				break;
			}
			if (ahead < debt) {
				slot = &bucket->slot[i];
				seen = value;
				debt = ahead;
			}
		}
		if (sw_slot_tag(seen) != home.tag)
			debt = 0; /* a new source's bucket is full */
		if (!sw_gcra_take(rate, debt, now, &tat))
			return SW_RATE_LIMIT;
		if (__sync_val_compare_and_swap(slot, seen, sw_slot(home.tag, tat)) == seen)
			return SW_GO_ON;
	}
	return SW_GO_ON;
}

#endif
