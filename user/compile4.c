// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4: the ranges of a set are cut at the borders of /16s and gathered. A /16
 * is written once it is complete, for only then it is known which feed lists
 * most of its /24s whole and spares them a leaf.
 */
#include <stdlib.h>
#include <string.h>

#include "compiler.h"

#define NETS 256 /* /24s of a /16 */
#define MAP_LEAVES 4

struct segment {
	__u16 first;
	__u16 last;
	__u8 feed;
};

/* A /16. Full maps stand behind its leaves, for those must be in one piece. */
struct block {
	struct sw_compiler *compiler;
	enum sw_set set;
	__u32 number; /* the upper 16 bits */
	__u64 touched[NETS / 64];
	struct sw_line4 line;
	__u32 leaves;
	struct sw_leaf4 leaf[NETS + NETS * MAP_LEAVES];
	__u32 segments;
	struct segment segment[1 << 16]; /* in order, neighbours of one feed joined */
};

static __u8 choose_feed(const struct block *block)
{
	__u16 whole[SW_MAX_FEEDS] = {};
	__u8 best = 0;
	__u32 i;

	for (i = 0; i < block->segments; i++) {
		const struct segment *segment = &block->segment[i];
		__u32 first = (segment->first + 255) >> 8;
		__u32 end = (segment->last + 1) >> 8;

		if (first < end)
			whole[segment->feed] += end - first;
		if (whole[segment->feed] > whole[best])
			best = segment->feed;
	}
	return best;
}

static void mark_nets(struct block *block)
{
	__u64 *leafed = block->line.leafed;
	__u32 i;

	for (i = 0; i < block->segments; i++) {
		const struct segment *segment = &block->segment[i];
		__u32 first = segment->first >> 8, last = segment->last >> 8;

		sw_set_bits(block->touched, first, last);
		if (segment->feed != block->line.feed) {
			sw_set_bits(leafed, first, last);
			continue;
		}
		if ((segment->first & 255) != 0)
			sw_set_bits(leafed, first, first);
		if ((segment->last & 255) != 255)
			sw_set_bits(leafed, last, last);
	}
}

static bool reaches(const struct block *block, const struct segment *segment, __u32 net)
{
	return segment < block->segment + block->segments && segment->first >> 8 <= net;
}

/* What a segment lists in a /24 that it reaches. */
static struct sw_run4 clip(const struct segment *segment, __u32 net)
{
	return (struct sw_run4){
		.first = segment->first >> 8 < net ? 0 : segment->first,
		.last = segment->last >> 8 > net ? 255 : segment->last,
		.feed = segment->feed,
	};
}

static void fill_map(struct block *block, struct sw_leaf4 *leaf, const struct segment *segment,
		     __u32 net)
{
	__u8 *map = (__u8 *)&block->leaf[block->leaves];

	leaf->runs = SW_LEAF_FULL_MAP;
	leaf->map = block->line.first + block->leaves;
	block->leaves += MAP_LEAVES;
	memset(map, 0, MAP_LEAVES * sizeof(*leaf));
	for (; reaches(block, segment, net); segment++) {
		struct sw_run4 run = clip(segment, net);

		memset(map + run.first, run.feed, run.last - run.first + 1);
	}
}

/* `first` is the first segment that lists any of the /24. */
static void fill_leaf(struct block *block, struct sw_leaf4 *leaf, const struct segment *first,
		      __u32 net)
{
	const struct segment *segment;
	__u32 runs = 0;

	*leaf = (struct sw_leaf4){ .feed = first->feed };
	for (segment = first; reaches(block, segment, net); segment++) {
		struct sw_run4 run = clip(segment, net);

		sw_set_bits(leaf->listed, run.first, run.last);
		if (run.feed != leaf->feed && runs++ < SW_LEAF_RUNS)
			leaf->run[runs - 1] = run;
	}
	if (runs > SW_LEAF_RUNS)
		fill_map(block, leaf, first, net);
	else
		leaf->runs = runs;
}

static void fill_leaves(struct block *block)
{
	const struct segment *segment = block->segment;
	struct sw_leaf4 *leaf = block->leaf;
	__u32 word, net;
	__u64 bits;

	for (word = 0; word < NETS / 64; word++) {
		for (bits = block->line.leafed[word]; bits; bits &= bits - 1) {
			net = word * 64 + __builtin_ctzll(bits);
			while (segment->last >> 8 < net)
				segment++;
			fill_leaf(block, leaf++, segment, net);
		}
	}
}

/* The block as it will stand in the tables. */
static void build(struct block *block)
{
	struct sw_line4 *line = &block->line;
	__u32 word;

	memset(block->touched, 0, sizeof(block->touched));
	*line = (struct sw_line4){
		.first = block->compiler->leaves,
		.feed = choose_feed(block),
	};
	mark_nets(block);
	block->leaves = 0;
	for (word = 0; word < NETS / 64; word++) {
		line->rank[word] = block->leaves;
		block->leaves += __builtin_popcountll(line->leafed[word]);
	}
	fill_leaves(block);
}

static int write_block(struct block *block)
{
	struct sw_compiler *compiler = block->compiler;
	struct sw_policy *policy = compiler->policy;
	struct sw_table4 *table;
	__u32 first;
	int err;

	if (!block->segments)
		return 0;
	build(block);
	block->segments = 0;
	err = sw_take(&compiler->leaves, compiler->room.leaves, block->leaves, &first);
	if (err || !policy)
		return err;
	table = &policy->v4[block->set];
	memcpy(&table->touched[block->number * (NETS / 64)], block->touched,
	       sizeof(block->touched));
	table->line[block->number] = block->line;
	memcpy((struct sw_leaf4 *)(policy + 1) + first, block->leaf,
	       block->leaves * sizeof(*block->leaf));
	return 0;
}

static void add_segment(struct block *block, __u16 first, __u16 last, __u8 feed)
{
	struct segment *next = &block->segment[block->segments];

	if (block->segments && next[-1].feed == feed && next[-1].last + 1 == first) {
		next[-1].last = last;
		return;
	}
	*next = (struct segment){ .first = first, .last = last, .feed = feed };
	block->segments++;
}

static int add_range(void *ctx, const struct sw_range *range)
{
	struct block *block = ctx;
	__u32 first = range->first, last = range->last, end;
	int err;

	for (;; first = end + 1) {
		if (first >> 16 != block->number) {
			err = write_block(block);
			if (err)
				return err;
			block->number = first >> 16;
		}
		end = first | 0xffff;
		add_segment(block, first, last < end ? last : end,
			    block->compiler->slot[range->rank]);
		if (last <= end)
			return 0;
	}
}

int sw_compile4(struct sw_compiler *compiler, enum sw_set set)
{
	struct block *block = malloc(sizeof(*block));
	int err;

	if (!block)
		return -ENOMEM;
	block->compiler = compiler;
	block->set = set;
	block->number = 0;
	block->segments = 0;
	err = sw_compile_ranges(compiler->rules, set, SW_IPV4, add_range, block);
	if (!err)
		err = write_block(block);
	free(block);
	return err;
}
