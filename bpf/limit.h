/* SPDX-License-Identifier: GPL-2.0 */
/* The limit stage: one token a new connection. include/maps/limiter.h has the state. */
#ifndef SPAMWEIR_LIMIT_H
#define SPAMWEIR_LIMIT_H

#include "clock.h"
#include "gate.h"
#include "maps.h"
#include "table4.h"

#define SW_LIMIT_TRIES 4

struct sw_found_slot {
	__u32 at; /* in the bucket */
	__u64 value;
};

/* The slot of a tag. Without a branch, for where it is nobody can guess: value 0
 * if the tag has none. */
static __always_inline struct sw_found_slot sw_find_slot(const struct sw_bucket *bucket, __u32 tag)
{
	struct sw_found_slot found = {};
	__u64 none = ~0ULL;
	int i;

	SW_UNROLL
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		__u64 value = *(const volatile __u64 *)&bucket->slot[i];
		/* All ones where it is, the first time: CPUs may have raced for two. */
		__u64 mask = sw_if_zero(sw_slot_tag(value) ^ tag) & none;

		found.at |= i & mask;
		none &= ~mask;
		found.value |= value & mask;
		/* Else the compiler reads all slots first, and has no registers for them. */
		__asm__("" : "+r"(found.at), "+r"(found.value), "+r"(none));
	}
	return found;
}

/* The slot that is forgotten with least loss, for a new source. Without a branch, as above:
 * the verifier would follow each way through them. */
static __always_inline struct sw_found_slot sw_spare_slot(const struct sw_bucket *bucket, __u64 now,
							  __u64 horizon)
{
	struct sw_found_slot spare = {};
	__u64 least = SW_TICK_MASK + 1;
	int i;

	SW_NO_UNROLL
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		__u64 value = *(const volatile __u64 *)&bucket->slot[i];
		__u64 debt = sw_slot_debt(value, now, horizon);
		__u64 mask = sw_if_less(debt, least);

		spare.at ^= (spare.at ^ i) & mask;
		spare.value ^= (spare.value ^ value) & mask;
		least ^= (least ^ debt) & mask;
		__asm__("" : "+r"(spare.at), "+r"(spare.value), "+r"(least)); /* as above */
	}
	return spare;
}

/* After a slot of the bucket has been moved: see maps/busy.h. */
static __always_inline void sw_mark_busy(__u32 bucket)
{
	struct sw_busy *state = sw_value_of(&busy);
	__u64 *word = &state->word[bucket >> 6 & ((1 << SW_BUCKET_BITS) / 64 - 1)];
	__u64 bit = 1ULL << (bucket & 63);

	if (!(*(const volatile __u64 *)word & bit))
		__sync_fetch_and_or(word, bit);
}

/*
 * Takes a token of the source that lives at `home` (sw_home_word()). SW_GO_ON, or
 * SW_RATE_LIMIT if there is none.
 *
 * Another CPU may move any slot between the look and the swap. If the slot is
 * still the source's, the next try begins from what the swap saw there, which
 * leaves the other CPU a short time to come between again; else the bucket is
 * searched once more. Whoever loses that race SW_LIMIT_TRIES times in a row
 * passes: mail comes first.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_take_token(__u64 home, __u64 interval, __u64 tolerance,
					    __u64 horizon)
{
	const struct sw_rate rate = { .interval = interval, .tolerance = tolerance };
	__u64 now = sw_clock_ticks() & SW_TICK_MASK;
	struct sw_limiter *state = sw_value_of(&limiter);
	struct sw_bucket *bucket =
		sw_kept_address(&state->bucket[home & ((1 << SW_BUCKET_BITS) - 1)]);
	struct sw_found_slot found = {};
	int try;

	for (try = 0; try < SW_LIMIT_TRIES; try++) {
		__u64 debt, tat, seen;
		__u32 tag;

		/* Else it takes a place on the stack beside `home`. */
		__asm__("" : "+r"(home));
		tag = home >> 32;
		if (sw_slot_tag(found.value) != tag)
			found = sw_find_slot(bucket, tag);
		debt = sw_slot_debt(found.value, now, horizon);
		if (!found.value)
			found = sw_spare_slot(bucket, now, horizon); /* a new source has no debt */
		if (!sw_gcra_take(&rate, debt, now, &tat))
			return SW_RATE_LIMIT;
		seen = __sync_val_compare_and_swap(&bucket->slot[found.at & (SW_BUCKET_SLOTS - 1)],
						   found.value, sw_slot(tag, tat));
		if (seen == found.value) {
			sw_mark_busy(home);
			return SW_GO_ON;
		}
		found.value = seen;
	}
	return SW_GO_ON;
}

/* Whether sw_take_token() would find one for the source, which is not taken. */
static __always_inline int sw_has_token(struct sw_home home, const struct sw_rate *rate,
					__u64 horizon)
{
	__u64 now = sw_clock_ticks() & SW_TICK_MASK, tat;
	const struct sw_limiter *state = sw_value_of(&limiter);
	struct sw_found_slot found;

	found = sw_find_slot(&state->bucket[home.bucket & ((1 << SW_BUCKET_BITS) - 1)], home.tag);
	return sw_gcra_take(rate, sw_slot_debt(found.value, now, horizon), now, &tat);
}

static __always_inline void sw_preload_bucket(struct sw_home home)
{
	struct sw_limiter *state = sw_value_of(&limiter);
	__u64 at = home.bucket;

	__asm__("" : "+r"(at)); /* else the compiler knows that the mask changes nothing */
	sw_preload(&state->bucket[at & ((1 << SW_BUCKET_BITS) - 1)]);
}

static __always_inline __u64 sw_home_word(struct sw_home home)
{
	return (__u64)home.tag << 32 | home.bucket;
}

#endif
