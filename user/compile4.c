// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4: the ranges of a set are cut into spans, which list /24s whole, and runs
 * within one /24. They are gathered until their /16 is complete: only then is
 * it known which feed lists most of its /24s whole, and spares them a leaf.
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

/* A /16, and within it the /24 at hand. */
struct block {
	struct sw_compiler *compiler;
	enum sw_set set;

	__u32 number; /* the upper 16 bits */
	__u32 spans;
	__u32 leaves;
	__u32 maps;
	struct span span[NETS];
	struct sw_leaf4 leaf[NETS];
	__u64 partial[WORDS]; /* bit per /24: it has one of these leaves */
	__u8 map[NETS][256];

	__u32 net;
	__u32 runs;
	struct sw_run4 run[256];
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
	struct sw_leaf4 *leaf = &block->leaf[block->leaves++];
	const struct sw_run4 *run;
	__u32 exceptions = 0;

	*leaf = (struct sw_leaf4){ .feed = block->run[0].feed };
	for (run = block->run; run < block->run + block->runs; run++) {
		sw_set_bits(leaf->listed, run->first, run->last);
		if (run->feed == leaf->feed)
			continue;
		if (exceptions < SW_LEAF_RUNS)
			leaf->run[exceptions] = *run;
		exceptions++;
	}
	if (exceptions > SW_LEAF_RUNS)
		add_map(block, leaf);
	else
		leaf->runs = exceptions;
	block->partial[block->net / 64] |= 1ULL << block->net % 64;
}

static void finish_net(struct block *block)
{
	const struct sw_run4 *run = block->run;

	if (!block->runs)
		return;
	if (run->first == 0 && run->last == 255)
		add_span(block, block->net, block->net, run->feed);
	else
		add_leaf(block);
	block->runs = 0;
}

/* `first` and `last` are the lower 16 bits of addresses, `end` is the last that
 * one step takes. */
static void add_piece(struct block *block, __u32 first, __u32 last, __u8 feed)
{
	__u32 end;

	for (; first <= last; first = end + 1) {
		end = first | 255;
		if (first % 256 == 0 && end <= last) {
			end = (last + 1) / 256 * 256 - 1;
			add_span(block, first >> 8, end >> 8, feed);
			continue;
		}
		if (end > last)
			end = last;
		if (block->net != first >> 8)
			finish_net(block);
		block->net = first >> 8;
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
	memcpy(touched, block->partial, sizeof(block->partial));
	memcpy(line->leafed, block->partial, sizeof(block->partial));
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
	const struct sw_leaf4 *next = block->leaf;
	const struct span *span;
	__u64 bits;
	__u32 i;

	for (i = 0; i < WORDS; i++) {
		for (bits = block->partial[i]; bits; bits &= bits - 1)
			pool[leaf_index(line, i * 64 + __builtin_ctzll(bits))] = *next++;
	}
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
	__u32 maps = block->maps * MAP_LEAVES, leaves, first;
	struct sw_line4 line = {};
	__u64 touched[WORDS];
	struct sw_table4 *table;
	struct sw_leaf4 *pool;
	int err;

	leaves = make_line(block, &line, touched);
	err = sw_take(&compiler->leaves, compiler->room.leaves, maps + leaves, &first);
	if (err || !policy)
		return err;
	line.first = first + maps;
	table = &policy->v4[block->set];
	table->line[block->number] = line;
	memcpy(&table->touched[block->number * WORDS], touched, sizeof(touched));
	pool = (struct sw_leaf4 *)(policy + 1);
	memcpy(&pool[first], block->map, block->maps * sizeof(block->map[0]));
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
	memset(block->partial, 0, sizeof(block->partial));
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
