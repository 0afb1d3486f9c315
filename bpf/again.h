/* SPDX-License-Identifier: GPL-2.0 */
/* SYNs that are sent again; include/maps/again.h has the state. */
#ifndef SPAMWEIR_AGAIN_H
#define SPAMWEIR_AGAIN_H

#include "clock.h"
#include "gate.h"
#include "maps.h"
#include "row.h"

/* What sw_again_look() returns: the slot that is the SYN's or shall be, and what is
 * known of it. */
#define SW_AGAIN_SLOT (SW_AGAIN_SLOTS - 1)
#define SW_AGAIN_KNOWN 8
#define SW_AGAIN_OVER 16 /* the limit */

static __always_inline int sw_again_passed(int seen)
{
	return (seen & (SW_AGAIN_KNOWN | SW_AGAIN_OVER)) == SW_AGAIN_KNOWN;
}

static __always_inline enum sw_attempt sw_attempt_of(int seen, int limited)
{
	if (!(seen & SW_AGAIN_KNOWN))
		return limited ? SW_ATTEMPT_LIMITED : SW_ATTEMPT_PASSED;
	if (!(seen & SW_AGAIN_OVER))
		return SW_AGAIN_PASSED;
	return limited ? SW_AGAIN_REFUSED : SW_AGAIN_ADMITTED;
}

static __always_inline struct sw_again_line *sw_again_line_at(__u64 key)
{
	struct sw_again *state = sw_value_of(&again);

	return sw_kept_address(&state->line[sw_again_line_of(key)]);
}

/* Finds the slot of a key without a branch; the word is 0 if it has none. */
static __always_inline struct sw_found_way sw_again_find(const struct sw_again_line *line,
							 __u64 key)
{
	__u64 tag = sw_again_tag(key) >> 33;
	struct sw_found_way found = {};
	int i;

	SW_UNROLL
	for (i = 0; i < SW_AGAIN_SLOTS; i++) {
		__u64 slot = *(const volatile __u64 *)&line->slot[i];
		__u64 mask = sw_row_if_zero(slot >> 33 ^ tag) & sw_row_if_zero(found.word >> 1);

		found.at -= i * mask;
		found.word |= slot & mask;
		__asm__("" : "+r"(found.at), "+r"(found.word)); /* as in a row */
	}
	return found;
}

/* A free slot, or that of the SYN that was seen longest ago. */
static __always_inline __u32 sw_again_spare(const struct sw_again_line *line, __u32 now)
{
	__u64 best = 0;
	int i;

	SW_UNROLL
	for (i = 0; i < SW_AGAIN_SLOTS; i++) {
		__u64 slot = *(const volatile __u64 *)&line->slot[i];
		__u64 age = sw_again_distance(slot, now) - sw_row_if_zero(slot >> 1) * (1ULL << 33);
		__u64 score = age << 3 | i, mask = sw_row_if_negative(best - score);

		best += (score - best) & mask;
		__asm__("" : "+r"(best));
	}
	return best & SW_AGAIN_SLOT;
}

/* A function of its own to the verifier. */
__attribute__((noinline)) int sw_again_look(__u64 key)
{
	const struct sw_again_line *line = sw_again_line_at(key);
	struct sw_found_way way = sw_again_find(line, key);
	__u32 now = sw_clock_again();

	if (!way.word)
		return sw_again_spare(line, now);
	if (sw_again_distance(way.word, now) > again_window)
		return way.at;
	return way.at | SW_AGAIN_KNOWN | (way.word & SW_AGAIN_LIMITED ? SW_AGAIN_OVER : 0);
}

/* There is no lock: if two CPUs write one slot, one of the SYNs is forgotten. */
static __always_inline void sw_again_write(__u64 key, __u32 at, int limited)
{
	struct sw_again_line *line = sw_again_line_at(key);

	line->slot[at & SW_AGAIN_SLOT] = sw_again_tag(key) | sw_clock_again() |
					 (limited ? SW_AGAIN_LIMITED : 0);
}

static __always_inline void sw_preload_again(__u64 key)
{
	sw_preload(sw_again_line_at(key));
}

static __always_inline void sw_count_attempt(enum sw_attempt attempt)
{
	__u32 index = interface;
	struct sw_attempts *row = bpf_map_lookup_elem(&attempts, &index);

	if (row)
		row->syns[attempt & 7]++;
}

#endif
