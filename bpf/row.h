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
#define SW_ROW_FULL -1	  /* all bits are set */
#define SW_ROW_RARE (SW_ROW_NEW | SW_ROW_EVICTED)

/* 1 if the way was the subject's before, else 0; 1 if it was nobody else's. Without a branch,
 * for whether somebody is known nobody can guess. */
static __always_inline __u32 sw_row_known(__u32 taken)
{
	return ~(taken / SW_ROW_NEW | taken / SW_ROW_EVICTED) & 1;
}

static __always_inline __u32 sw_row_kept(__u32 taken)
{
	return ~(taken / SW_ROW_EVICTED) & 1;
}

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

#define SW_ROW_FREE (1ULL << (SW_SEEN_BITS + 1)) /* more than any age */
#define SW_ROW_HIS (2 * SW_ROW_FREE)

/* How well a way does: the subject's own, then a free one, then by age. */
static __always_inline __u64 sw_row_score(__u64 word, __u64 tag, __u32 now)
{
	__u64 his = sw_row_if_zero(sw_row_tag(word) ^ tag), age = (now - word) & SW_SEEN_MASK;

	return age + (~word >> 63) * SW_ROW_FREE - his * SW_ROW_HIS;
}

struct sw_found_way {
	__u64 at;
	__u64 word; /* as it was seen; 0 if it is free, or there is none */
};

/* The one that does best. Each word is read once, for what is seen of a row must be
 * one thing: two that look for a place for one subject are to meet at the same. Without a
 * branch, for where it is nobody can guess. */
static __always_inline struct sw_found_way sw_row_best(const struct sw_row *row, __u64 tag,
						       __u32 now)
{
	struct sw_found_way best = {};
	int i;

	SW_UNROLL
	for (i = 0; i < SW_ROW_WAYS; i++) {
		__u64 word = *(const volatile __u64 *)&row->word[i];
		__u64 score = sw_row_score(word, tag, now) << 3 | i;
		__u64 mask = sw_row_if_negative(best.at - score);

		best.at += (score - best.at) & mask;
		best.word ^= (best.word ^ word) & mask;
		/* Else the compiler reads all words first, and has no registers for them. */
		__asm__("" : "+r"(best.at), "+r"(best.word));
	}
	best.at &= SW_ROW_WAY;
	return best;
}

/* How a way was claimed that had this word. */
static __always_inline __u64 sw_row_claimed(__u64 word)
{
	return SW_ROW_EVICTED - (~word >> 63) * (SW_ROW_EVICTED - SW_ROW_NEW);
}

/*
 * The way of a subject; if it has none, one is claimed for it. SW_ROW_FULL: others
 * took that again and again.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_row_take(struct sw_row *row, __u64 tag, __u32 now)
{
	__u64 fresh = sw_row_word(tag, now), claimed;
	struct sw_found_way way;
	int try;

	if (!row)
		return SW_ROW_FULL;
	for (try = 0; try < SW_ROW_TRIES; try++) {
		way = sw_row_best(row, tag, now);
		claimed = ~sw_row_if_zero(sw_row_tag(way.word) ^ tag);
		/* Of his own, whoever comes between has dealt with it now, or it is gone. */
		if (way.word != fresh &&
		    __sync_val_compare_and_swap(&row->word[way.at], way.word, fresh) != way.word &&
		    claimed)
			continue;
		return way.at | (claimed & sw_row_claimed(way.word));
	}
	return SW_ROW_FULL;
}

/* Counts what sw_row_take() returned. `which`: the table's enum sw_tallied and the side. */
static __always_inline void sw_row_tally(__u32 which, int taken)
{
	struct sw_tally_row *count = bpf_map_lookup_elem(&tally, &which);

	if (!count)
		return;
	if (taken < 0) {
		count->missed++;
		return;
	}
	count->claimed += (taken & SW_ROW_NEW) / SW_ROW_NEW;
	count->evicted += (taken & SW_ROW_EVICTED) / SW_ROW_EVICTED;
}

#endif
