/* SPDX-License-Identifier: GPL-2.0 */
/* A subject's way in its bucket; include/maps/subject.h has what a row is. */
#ifndef SPAMWEIR_ROW_H
#define SPAMWEIR_ROW_H

#include "maps.h"
#include "table4.h"

#define SW_ROW_TRIES 4

/* Beside a decision, in what is noted: the side. */
#define SW_NOTE_REMOTE (1ULL << 32)

/* What sw_row_take() returns: a way, and whether it was claimed just now. */
#define SW_ROW_WAY 7
#define SW_ROW_NEW 8	  /* free until now: all behind it is zero */
#define SW_ROW_EVICTED 16 /* taken from another, whose data lies there still */
#define SW_ROW_FULL -1

/* All ones if x is negative, else 0. Left alone, the compiler makes branches of such
 * masks, and the verifier follows both sides of each. It also does, since 6.18, where a
 * constant is and-ed with one: hence the multiplications below. */
static __always_inline __u64 sw_row_if_negative(__u64 x)
{
	x = (__s64)x >> 63;
	__asm__("" : "+r"(x));
	return x;
}

/* The same if x, of less than 63 bits, is 0. */
static __always_inline __u64 sw_row_if_zero(__u64 x)
{
	return sw_row_if_negative(x - 1);
}

struct sw_found_way {
	__u64 at;
	__u64 word; /* as it was seen; 0 if there is none, or it is free */
};

/* Without a branch, for where it is nobody can guess. */
static __always_inline struct sw_found_way sw_row_find(const __u64 *word, __u64 tag)
{
	struct sw_found_way found = {};
	int i;

	SW_UNROLL
	for (i = 0; i < SW_ROW_WAYS; i++) {
		__u64 mask = sw_row_if_zero(sw_row_tag(word[i]) ^ tag);

		found.at -= i * mask;
		found.word |= word[i] & mask;
	}
	return found;
}

#define SW_ROW_FREE (1ULL << (SW_SEEN_BITS + 1)) /* more than any age */

/* How gladly a way is given away: a free one, then by age. */
static __always_inline __u64 sw_row_score(__u64 word, __u32 now)
{
	__u64 free = sw_row_if_zero(sw_row_tag(word)), age = (now - word) & SW_SEEN_MASK;

	return (age & ~free) - free * SW_ROW_FREE;
}

static __always_inline struct sw_found_way sw_row_spare(const __u64 *word, __u32 now)
{
	struct sw_found_way spare = { .word = word[0] };
	__u64 best = sw_row_score(word[0], now) << 3;
	int i;

	SW_UNROLL
	for (i = 1; i < SW_ROW_WAYS; i++) {
		__u64 score = sw_row_score(word[i], now) << 3 | i;
		__u64 mask = sw_row_if_negative(best - score);

		best += (score - best) & mask;
		spare.word ^= (spare.word ^ word[i]) & mask;
	}
	spare.at = best & SW_ROW_WAY;
	return spare;
}

/*
 * The way of a subject; if it has none, one is claimed for it. SW_ROW_FULL: others
 * took that again and again.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_row_take(struct sw_row *row, __u64 tag, __u32 now)
{
	__u64 fresh = sw_row_word(tag, now), word[SW_ROW_WAYS];
	struct sw_found_way way;
	int try, i;

	if (!row)
		return SW_ROW_FULL;
	for (try = 0; try < SW_ROW_TRIES; try++) {
		SW_UNROLL
		for (i = 0; i < SW_ROW_WAYS; i++)
			word[i] = *(const volatile __u64 *)&row->word[i];
		way = sw_row_find(word, tag);
		if (way.word) {
			/* Whoever comes between has dealt with it now, or it is gone. */
			if (way.word != fresh)
				__sync_val_compare_and_swap(&row->word[way.at & SW_ROW_WAY],
							    way.word, fresh);
			return way.at;
		}
		way = sw_row_spare(word, now);
		if (__sync_val_compare_and_swap(&row->word[way.at & SW_ROW_WAY], way.word, fresh) !=
		    way.word)
			continue;
		if (!way.word)
			return way.at | SW_ROW_NEW;
		__sync_fetch_and_add(&row->evicted, 1);
		return way.at | SW_ROW_EVICTED;
	}
	__sync_fetch_and_add(&row->marks, SW_ROW_MISSED);
	return SW_ROW_FULL;
}

#endif
