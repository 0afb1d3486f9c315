// SPDX-License-Identifier: GPL-2.0
#include "policy/pieces.h"

#include <string.h>

#include "policy/flatten.h"

struct stream {
	struct sw_flatten flat;
	enum sw_layer layer;
};

/* All lists at once; those that have ended are left out. */
struct merge {
	struct stream stream[SW_LAYERS];
	struct stream *open[SW_LAYERS];
	int opens;
};

static struct stream *next_stream(struct merge *merge, enum sw_layer layer)
{
	struct stream *stream = &merge->stream[merge->opens];

	stream->layer = layer;
	merge->open[merge->opens] = stream;
	return stream;
}

static void begin_source(struct merge *merge, const struct sw_rules *rules, enum sw_layer layer,
			 enum sw_kind kind, __u8 family)
{
	struct stream *stream = next_stream(merge, layer);

	sw_flatten_begin(&stream->flat, &rules->kind[kind], rules->monitor, family);
	merge->opens += !stream->flat.done;
}

static void begin_to(struct merge *merge, const struct sw_rule_list *list, enum sw_layer layer,
		     const __u8 *says, __u8 family)
{
	struct stream *stream = next_stream(merge, layer);

	sw_flatten_begin_to(&stream->flat, list, says, family);
	merge->opens += !stream->flat.done;
}

static void begin(struct merge *merge, const struct sw_rules *rules, enum sw_set set, __u8 family)
{
	merge->opens = 0;
	begin_source(merge, rules, SW_LAYER_ALLOW, SW_KIND_ALLOW, family);
	if (set == SW_SET_CNC) {
		begin_source(merge, rules, SW_LAYER_LISTED, SW_KIND_CNC, family);
		return;
	}
	begin_source(merge, rules, SW_LAYER_LISTED, SW_KIND_ZOMBIE, family);
	begin_source(merge, rules, SW_LAYER_LIMIT, SW_KIND_LIMIT, family);
	begin_to(merge, &rules->kind[SW_KIND_PROTECT], SW_LAYER_PROTECT, rules->protect, family);
	begin_to(merge, &rules->kind[SW_KIND_PROTECT], SW_LAYER_BRAKE, rules->brake, family);
	if (rules->to_differs)
		begin_to(merge, &rules->kind[SW_KIND_ALLOW], SW_LAYER_TO, rules->to, family);
}

/* The next piece begins where the first range does, and ends where one ends or another
 * begins. */
static void find_piece(const struct merge *merge, struct sw_piece *piece)
{
	const struct sw_range *range;
	int i;

	memset(piece->rank, SW_NO_RANK, sizeof(piece->rank));
	piece->first = merge->open[0]->flat.range.first;
	for (i = 1; i < merge->opens; i++) {
		range = &merge->open[i]->flat.range;
		if (range->first < piece->first)
			piece->first = range->first;
	}
	piece->last = ~(sw_u128)0;
	for (i = 0; i < merge->opens; i++) {
		sw_u128 end;

		range = &merge->open[i]->flat.range;
		end = range->first == piece->first ? range->last : range->first - 1;
		if (range->first == piece->first)
			piece->rank[merge->open[i]->layer] = range->rank;
		if (end < piece->last)
			piece->last = end;
	}
}

static void go_behind(struct merge *merge, const struct sw_piece *piece)
{
	int i, opens = 0;

	for (i = 0; i < merge->opens; i++) {
		struct sw_flatten *flat = &merge->open[i]->flat;

		if (flat->range.last == piece->last)
			sw_flatten_next(flat);
		else if (flat->range.first == piece->first)
			flat->range.first = piece->last + 1;
		merge->open[opens] = merge->open[i];
		opens += !flat->done;
	}
	merge->opens = opens;
}

/* The list that comes first, if no other has any of its range; *limit is where one does. */
static int find_lone(const struct merge *merge, sw_u128 *limit)
{
	const struct sw_range *range;
	int i, lone = 0;

	for (i = 1; i < merge->opens; i++) {
		if (merge->open[i]->flat.range.first < merge->open[lone]->flat.range.first)
			lone = i;
	}
	*limit = (sw_u128)1 << 32;
	for (i = 0; i < merge->opens; i++) {
		range = &merge->open[i]->flat.range;
		if (i != lone && range->first < *limit)
			*limit = range->first;
	}
	return merge->open[lone]->flat.range.last < *limit ? lone : -1;
}

#define AT_ONCE 4096 /* rules, which stay in the cache */

static int emit_alone(struct stream *stream, __u64 limit, const struct sw_piece_sink *sink)
{
	struct sw_flatten *flat = &stream->flat;
	struct sw_piece piece = { flat->range.first, flat->range.last, {} };
	const __u64 *rule;
	size_t count;
	int err;

	memset(piece.rank, SW_NO_RANK, sizeof(piece.rank));
	piece.rank[stream->layer] = flat->range.rank;
	err = sink->emit(sink->ctx, &piece);
	while (!err && (count = sw_flatten_alone4(flat, limit, AT_ONCE, &rule))) {
		err = sink->rules4(sink->ctx, rule, count, stream->layer);
		sw_flatten_pass(flat, count);
	}
	sw_flatten_next(flat);
	return err;
}

/* Emits what comes next of one list alone, as far as that goes; false: there is none. */
static bool take_alone(struct merge *merge, const struct sw_piece_sink *sink, int *err)
{
	sw_u128 limit;
	int i, lone = find_lone(merge, &limit);

	if (lone < 0)
		return false;
	*err = emit_alone(merge->open[lone], limit, sink);
	if (merge->open[lone]->flat.done) {
		merge->opens--;
		for (i = lone; i < merge->opens; i++)
			merge->open[i] = merge->open[i + 1];
	}
	return true;
}

/* What is left of the only list that goes on. */
static int emit_rest(struct merge *merge, const struct sw_piece_sink *sink)
{
	struct sw_flatten *flat = &merge->open[0]->flat;
	struct sw_piece piece;
	int err = 0;

	memset(piece.rank, SW_NO_RANK, sizeof(piece.rank));
	for (; !err && !flat->done; sw_flatten_next(flat)) {
		piece.first = flat->range.first;
		piece.last = flat->range.last;
		piece.rank[merge->open[0]->layer] = flat->range.rank;
		err = sink->emit(sink->ctx, &piece);
	}
	return err;
}

int sw_compile_pieces(const struct sw_rules *rules, enum sw_set set, __u8 family,
		      const struct sw_piece_sink *sink)
{
	bool alone = family == SW_IPV4 && sink->rules4;
	struct sw_piece piece;
	struct merge merge;
	int err = 0;

	begin(&merge, rules, set, family);
	while (!err && merge.opens) {
		if (alone && take_alone(&merge, sink, &err))
			continue;
		if (merge.opens == 1)
			return emit_rest(&merge, sink);
		find_piece(&merge, &piece);
		err = sink->emit(sink->ctx, &piece);
		go_behind(&merge, &piece);
	}
	return err;
}
