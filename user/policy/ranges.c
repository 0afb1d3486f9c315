// SPDX-License-Identifier: GPL-2.0
/* The disjoint ranges of a set; compile.h has the contract. */
#include "policy/ranges.h"

#include "policy/flatten.h"

/* Takes from `listed` what stands before the next allowed range. */
static struct sw_range take_listed(struct sw_flatten *listed, const struct sw_flatten *allowed)
{
	struct sw_range range = listed->range;

	if (range.last < allowed->range.first) {
		sw_flatten_next(listed);
	} else {
		range.last = allowed->range.first - 1;
		listed->range.first = allowed->range.first;
	}
	return range;
}

static void skip_through(struct sw_flatten *listed, sw_u128 last)
{
	while (!listed->done && listed->range.last <= last)
		sw_flatten_next(listed);
	if (!listed->done && listed->range.first <= last)
		listed->range.first = last + 1;
}

int sw_compile_ranges(const struct sw_rules *rules, enum sw_set set, __u8 family,
		      int (*emit)(void *ctx, const struct sw_range *range), void *ctx)
{
	enum sw_kind kind = set == SW_SET_CNC ? SW_KIND_CNC : SW_KIND_ZOMBIE;
	struct sw_flatten listed, allowed;
	struct sw_range range;
	int err = 0;

	sw_flatten_begin(&listed, &rules->kind[kind], rules->monitor, family);
	sw_flatten_begin(&allowed, &rules->kind[SW_KIND_ALLOW], rules->monitor, family);
	while (!err && !(listed.done && allowed.done)) {
		if (allowed.done) {
			err = emit(ctx, &listed.range);
			sw_flatten_next(&listed);
			continue;
		}
		if (!listed.done && listed.range.first < allowed.range.first) {
			range = take_listed(&listed, &allowed);
			err = emit(ctx, &range);
		} else {
			skip_through(&listed, allowed.range.last);
			if (set == SW_SET_MAIL)
				err = emit(ctx, &allowed.range);
			sw_flatten_next(&allowed);
		}
	}
	return err;
}
