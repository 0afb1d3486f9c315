// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4: the ranges of a set are cut into spans, which list one or more /24s
 * whole, and runs within a /24, and gathered one /16 at a time. Once that is
 * complete it is known which feed lists most of its /24s whole: those need no
 * leaf.
 */
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

#define NETS 256 /* /24s of a /16 */
#define WORDS (NETS / 64)
#define MAP_LEAVES 4

struct span {
	__u8 first; /* /24 */
	__u8 last;
	__u8 feed;
};

/* A /16. */
struct block {
	struct sw_compiler *compiler;
	enum sw_set set;
	__u32 number; /* the upper 16 bits */

	struct span span[NETS];
	__u32 spans;

	/* /24s listed in part, and their leaves. */
	__u8 net[NETS];
	struct sw_leaf4 leaf[NETS];
	__u32 leaves;
	__u8 map[NETS][256];
	__u32 maps;

	/* The /24 at hand. */
	__u32 open;
	struct sw_run4 run[256];
	__u32 runs;
};

static void add_span(struct block *block, __u8 first, __u8 last, __u8 feed)
{
	block->span[block->spans++] = (struct span){ .first = first, .last = last, .feed = feed };
}

/* Joins neighbours of one feed: together they may list the /24 whole. */
static void add_run(struct block *block, __u8 first, __u8 last, __u8 feed)
{
	struct sw_run4 *run = &block->run[block->runs];

	if (block->runs && run[-1].feed == feed && run[-1].last + 1 == first) {
		run[-1].last = last;
		return;
	}
	*run = (struct sw_run4){ .first = first, .last = last, .feed = feed };
	block->runs++;
}

/* Maps stand before the leaves of their /16, which must be in one piece. */
static void add_map(struct block *block, struct sw_leaf4 *leaf)
{
	__u8 *map = block->map[block->maps];
	const struct sw_run4 *run;

	leaf->runs = SW_LEAF_FULL_MAP;
	leaf->map = block->compiler->leaves + block->maps * MAP_LEAVES;
	block->maps++;
	memset(map, 0, sizeof(block->map[0]));
	for (run = block->run; run < block->run + block->runs; run++)
		memset(map + run->first, run->feed, run->last - run->first + 1);
}

static void add_leaf(struct block *block)
{
	struct sw_leaf4 *leaf = &block->leaf[block->leaves];
	const struct sw_run4 *run;
	__u32 exceptions = 0;

	*leaf = (struct sw_leaf4){ .feed = block->run[0].feed };
	for (run = block->run; run < block->run + block->runs; run++) {
		sw_set_bits(leaf->listed, run->first, run->last);
		if (run->feed != leaf->feed && exceptions++ < SW_LEAF_RUNS)
			leaf->run[exceptions - 1] = *run;
	}
	if (exceptions > SW_LEAF_RUNS)
		add_map(block, leaf);
	else
		leaf->runs = exceptions;
	block->net[block->leaves++] = block->open;
}

static void finish_net(struct block *block)
{
	const struct sw_run4 *run = block->run;

	if (!block->runs)
		return;
	if (run->first == 0 && run->last == 255)
		add_span(block, block->open, block->open, run->feed);
	else
		add_leaf(block);
	block->runs = 0;
}

/* `first` and `last` are the lower 16 bits of addresses. */
static void add_piece(struct block *block, __u32 first, __u32 last, __u8 feed)
{
	__u32 end; /* of what is taken off */

	for (; first <= last; first = end + 1) {
		end = first | 255;
		if (first % 256 == 0 && end <= last) {
			end = (last + 1) / 256 * 256 - 1;
			add_span(block, first >> 8, end >> 8, feed);
			continue;
		}
		if (end > last)
			end = last;
		if (block->open != first >> 8)
			finish_net(block);
		block->open = first >> 8;
		add_run(block, first, end, feed);
	}
}

static __u8 choose_feed(const struct block *block)
{
	__u16 nets[SW_MAX_FEEDS] = {};
	const struct span *span;
	__u8 best = 0;

	for (span = block->span; span < block->span + block->spans; span++) {
		nets[span->feed] += span->last - span->first + 1;
		if (nets[span->feed] > nets[best])
			best = span->feed;
	}
	return best;
}

/* Returns how many leaves the line has. */
static __u32 make_line(const struct block *block, struct sw_line4 *line, __u64 *touched)
{
	const struct span *span;
	__u32 i, leaves = 0;

	line->feed = choose_feed(block);
	for (i = 0; i < block->leaves; i++) {
		sw_set_bits(touched, block->net[i], block->net[i]);
		sw_set_bits(line->leafed, block->net[i], block->net[i]);
	}
	for (span = block->span; span < block->span + block->spans; span++) {
		sw_set_bits(touched, span->first, span->last);
		if (span->feed != line->feed)
			sw_set_bits(line->leafed, span->first, span->last);
	}
	for (i = 0; i < WORDS; i++) {
		line->rank[i] = leaves;
		leaves += __builtin_popcountll(line->leafed[i]);
	}
	return leaves;
}

static __u32 leaf_index(const struct sw_line4 *line, __u32 net)
{
	__u64 before = line->leafed[net / 64] & ((1ULL << net % 64) - 1);

	return line->first + line->rank[net / 64] + __builtin_popcountll(before);
}

static void write_leaves(const struct block *block, const struct sw_line4 *line,
			 struct sw_leaf4 *pool)
{
	const struct span *span;
	__u32 i;

	for (i = 0; i < block->leaves; i++)
		pool[leaf_index(line, block->net[i])] = block->leaf[i];
	for (span = block->span; span < block->span + block->spans; span++) {
		struct sw_leaf4 leaf = { .feed = span->feed };

		if (span->feed == line->feed)
			continue;
		memset(leaf.listed, 0xff, sizeof(leaf.listed));
		for (i = span->first; i <= span->last; i++)
			pool[leaf_index(line, i)] = leaf;
	}
}

static int write_block(struct block *block)
{
	struct sw_compiler *compiler = block->compiler;
	struct sw_policy *policy = compiler->policy;
	struct sw_line4 line = {};
	__u64 touched[WORDS] = {};
	__u32 maps = block->maps * MAP_LEAVES, leaves, first;
	struct sw_leaf4 *pool;
	int err;

	leaves = make_line(block, &line, touched);
	err = sw_take(&compiler->leaves, compiler->room.leaves, maps + leaves, &first);
	if (err || !policy)
		return err;
	line.first = first + maps;
	memcpy(policy->v4[block->set].touched + block->number * WORDS, touched, sizeof(touched));
	policy->v4[block->set].line[block->number] = line;
	pool = (struct sw_leaf4 *)(policy + 1);
	memcpy(pool + first, block->map, block->maps * sizeof(block->map[0]));
	write_leaves(block, &line, pool);
	return 0;
}

static int finish_block(struct block *block)
{
	int err = 0;

	finish_net(block);
	if (block->leaves || block->spans)
		err = write_block(block);
	block->leaves = 0;
	block->maps = 0;
	block->spans = 0;
	return err;
}

static int add_range(void *ctx, const struct sw_range *range)
{
	__u32 first = range->first, last = range->last, end;
	struct block *block = ctx;
	int err;

	for (;; first = end + 1) {
		if (first >> 16 != block->number) {
			err = finish_block(block);
			if (err)
				return err;
			block->number = first >> 16;
		}
		end = last < (first | 0xffff) ? last : first | 0xffff;
		add_piece(block, first & 0xffff, end & 0xffff,
			  block->compiler->slot[range->rank]);
		if (end == last)
			return 0;
	}
}

int sw_compile4(struct sw_compiler *compiler, enum sw_set set)
{
	struct block *block = calloc(1, sizeof(*block));
	int err;

	if (!block)
		return -ENOMEM;
	block->compiler = compiler;
	block->set = set;
	err = sw_compile_ranges(compiler->rules, set, SW_IPV4, add_range, block);
	if (!err)
		err = finish_block(block);
	free(block);
	return err;
}
