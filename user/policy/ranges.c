// SPDX-License-Identifier: GPL-2.0
#include "policy/ranges.h"

#include "policy/pieces.h"
#include "policy/standings.h"

struct output {
	const struct sw_rules *rules;
	enum sw_set set;
	int (*emit)(void *ctx, const struct sw_range *range);
	void *ctx;
};

static int emit_range(void *ctx, const struct sw_piece *piece)
{
	const struct output *output = ctx;
	struct sw_range range = { .first = piece->first, .last = piece->last };

	if (output->set == SW_SET_MAIL)
		range.rank = sw_piece_rank(output->rules, piece);
	else if (piece->rank[SW_LAYER_ALLOW] == SW_NO_RANK)
		range.rank = piece->rank[SW_LAYER_LISTED];
	else
		return 0;
	return output->emit(output->ctx, &range);
}

int sw_compile_ranges(const struct sw_rules *rules, enum sw_set set, __u8 family,
		      int (*emit)(void *ctx, const struct sw_range *range), void *ctx)
{
	struct output output = { rules, set, emit, ctx };

	return sw_compile_pieces(rules, set, family, emit_range, &output);
}
