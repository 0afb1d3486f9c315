// SPDX-License-Identifier: GPL-2.0
#include "policy/ranges.h"

#include <string.h>

#include "policy/pieces.h"
#include "policy/standings.h"

struct output {
	const struct sw_rules *rules;
	enum sw_set set;
	int (*emit)(void *ctx, const struct sw_range *range);
	int (*emit4)(void *ctx, __u32 first, __u32 last, __u8 rank);
	void *ctx;
};

/* SW_NO_RANK: it is not of the set. */
static __u8 rank_of(const struct output *output, const struct sw_piece *piece)
{
	if (output->set == SW_SET_MAIL)
		return sw_piece_rank(output->rules, piece);
	return piece->rank[SW_LAYER_ALLOW] == SW_NO_RANK ? piece->rank[SW_LAYER_LISTED]
							 : SW_NO_RANK;
}

static int emit_range(void *ctx, const struct sw_piece *piece)
{
	const struct output *output = ctx;
	const struct sw_range range = { .first = piece->first,
					.last = piece->last,
					.rank = rank_of(output, piece) };

	return range.rank == SW_NO_RANK ? 0 : output->emit(output->ctx, &range);
}

static int emit_range4(void *ctx, const struct sw_piece *piece)
{
	const struct output *output = ctx;
	__u8 rank = rank_of(output, piece);

	return rank == SW_NO_RANK ? 0 : output->emit4(output->ctx, piece->first, piece->last, rank);
}

/* Most come of one feed, and then of one more. */
static int emit_rules4(void *ctx, const __u64 *rule, size_t count, enum sw_layer layer)
{
	const struct output *output = ctx;
	const __u64 *end = rule + count;
	__u8 feed = SW_NO_RANK, rank = SW_NO_RANK;
	struct sw_piece piece;
	int err = 0;

	memset(piece.rank, SW_NO_RANK, sizeof(piece.rank));
	for (; rule < end && !err; rule++) {
		if (sw_rule4_rank(*rule) != feed) {
			feed = sw_rule4_rank(*rule);
			piece.rank[layer] = feed;
			rank = rank_of(output, &piece);
		}
		if (rank != SW_NO_RANK)
			err = output->emit4(output->ctx, sw_rule4_address(*rule),
					    sw_rule4_last(*rule), rank);
	}
	return err;
}

int sw_compile_ranges(const struct sw_rules *rules, enum sw_set set, __u8 family,
		      int (*emit)(void *ctx, const struct sw_range *range), void *ctx)
{
	struct output output = { rules, set, emit, NULL, ctx };
	const struct sw_piece_sink sink = { emit_range, NULL, &output };

	return sw_compile_pieces(rules, set, family, &sink);
}

int sw_compile_ranges4(const struct sw_rules *rules, enum sw_set set,
		       int (*emit)(void *ctx, __u32 first, __u32 last, __u8 rank), void *ctx)
{
	struct output output = { rules, set, NULL, emit, ctx };
	const struct sw_piece_sink sink = { emit_range4, emit_rules4, &output };

	return sw_compile_pieces(rules, set, SW_IPV4, &sink);
}
