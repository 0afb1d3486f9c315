// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4: the ranges of a set are cut at the borders of /24s. A /24 with one listed run
 * gets a place in a bucket, one with several runs gets a leaf. The /24s that are listed
 * whole are gathered until their /16 is complete: only then is it known which feed
 * lists most of them, and those need no place.
 */
#include "policy/compile4.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "policy/compiler.h"
#include "policy/flatten.h"
#include "policy/hash4.h"
#include "policy/ranges.h"
#include "policy/regions.h"
#include "table4.h"

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
	struct span span[NETS]; /* listed whole */

	__u32 net; /* the upper 24 bits */
	__u32 runs;
	struct sw_run4 run[256];
};

static struct sw_table4 *table(const struct block *block)
{
	return &block->compiler->policy->v4[block->set];
}

static void touch(const struct block *block, __u32 first, __u32 last)
{
	if (block->compiler->policy)
		sw_set_bits(&table(block)->touched[block->number * WORDS], first, last);
}

/* `value`: sw_net4_run() or sw_net4_leaf(). */
static int add_net(const struct block *block, __u32 net, __u32 value)
{
	struct sw_compiler *compiler = block->compiler;
	__u32 index;
	int err;

	err = sw_take(&compiler->nets, compiler->room.nets, 1, &index);
	if (!err && compiler->policy)
		err = sw_hash4_add(compiler,
				   (struct sw_net4){ sw_net4_key(block->set, net << 8), value });
	return err;
}

static __u32 count_exceptions(const struct block *block)
{
	const struct sw_run4 *run;
	__u32 exceptions = 0;

	for (run = block->run; run < block->run + block->runs; run++)
		exceptions += run->feed != block->run[0].feed;
	return exceptions;
}

static void write_leaf(const struct block *block, struct sw_leaf4 *leaf)
{
	const struct sw_run4 *run;

	memset(leaf->listed, 0, sizeof(leaf->listed));
	leaf->feed = block->run[0].feed;
	for (run = block->run; run < block->run + block->runs; run++) {
		sw_set_bits(leaf->listed, run->first, run->last);
		if (run->feed != leaf->feed && leaf->runs != SW_LEAF_FULL_MAP)
			leaf->run[leaf->runs++] = *run;
	}
}

static void write_map(const struct block *block, __u8 *map)
{
	const struct sw_run4 *run;

	for (run = block->run; run < block->run + block->runs; run++)
		memset(map + run->first, run->feed, run->last - run->first + 1);
}

static int open_leaf(struct sw_compiler *compiler, __u32 index, __u32 leaves, struct sw_leaf4 **out)
{
	size_t begin = sw_policy_leaves(&compiler->room);
	size_t end = begin + (size_t)compiler->leaves_end * sizeof(**out);
	struct sw_part part = { begin + (size_t)index * sizeof(**out), 0 };

	part.end = part.begin + leaves * sizeof(**out);
	*out = (void *)((char *)compiler->policy + part.begin);
	return sw_window_move(compiler, part, end);
}

static int take_leaves(struct sw_compiler *compiler, __u32 leaves, __u32 *index)
{
	if (leaves > 1 || !compiler->free_leaves)
		return sw_take(&compiler->leaves, compiler->leaves_end, leaves, index);
	*index = compiler->free_leaf[--compiler->free_leaves];
	return 0;
}

static int add_leaf(const struct block *block)
{
	struct sw_compiler *compiler = block->compiler;
	bool mapped = count_exceptions(block) > SW_LEAF_RUNS;
	__u32 leaves = mapped ? 1 + MAP_LEAVES : 1, index;
	struct sw_leaf4 *leaf;
	int err;

	err = take_leaves(compiler, leaves, &index);
	if (!err && compiler->policy) {
		err = open_leaf(compiler, index, leaves, &leaf);
		if (err)
			return err;
		leaf->runs = 0;
		if (mapped) {
			leaf->runs = SW_LEAF_FULL_MAP;
			leaf->map = index + 1;
			memset(leaf + 1, 0, MAP_LEAVES * sizeof(*leaf));
			write_map(block, (__u8 *)(leaf + 1));
		}
		write_leaf(block, leaf);
	}
	return err ? err : add_net(block, block->net, sw_net4_leaf(index));
}

static void add_span(struct block *block, __u8 first, __u8 last, __u8 feed)
{
	block->span[block->spans++] = (struct span){ first, last, feed };
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

static int finish_net(struct block *block)
{
	const struct sw_run4 *run = block->run;
	__u8 net = block->net;
	int err = 0;

	if (!block->runs)
		return 0;
	if (run->first == 0 && run->last == 255) {
		add_span(block, net, net, run->feed);
	} else {
		touch(block, net, net);
		if (block->runs == 1)
			err = add_net(block, block->net,
				      sw_net4_run(run->feed, run->first, run->last));
		else
			err = add_leaf(block);
	}
	block->runs = 0;
	return err;
}

/* `first` and `last` are the lower 16 bits of addresses, `end` is the last that
 * one step takes. */
static int add_piece(struct block *block, __u32 first, __u32 last, __u8 feed)
{
	__u32 end, net;
	int err;

	for (; first <= last; first = end + 1) {
		end = first | 255;
		if (first % 256 == 0 && end <= last) {
			end = (last + 1) / 256 * 256 - 1;
			add_span(block, first >> 8, end >> 8, feed);
			continue;
		}
		if (end > last)
			end = last;
		net = block->number << 8 | first >> 8;
		if (block->net != net) {
			err = finish_net(block);
			if (err)
				return err;
		}
		block->net = net;
		add_run(block, first, end, feed);
	}
	return 0;
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

static int finish_block(struct block *block)
{
	int err = finish_net(block);
	const struct span *span;
	__u32 net;
	__u8 whole;

	whole = choose_feed(block);
	if (block->spans && block->compiler->policy)
		table(block)->whole[block->number] = whole;
	for (span = block->span; span < block->span + block->spans; span++) {
		touch(block, span->first, span->last);
		for (net = span->first; net <= span->last && span->feed != whole && !err; net++)
			err = add_net(block, block->number << 8 | net,
				      sw_net4_run(span->feed, 0, 255));
	}
	block->spans = 0;
	return err;
}

static int add_range(void *ctx, __u32 first, __u32 last, __u8 rank)
{
	struct block *block = ctx;
	__u8 feed = block->compiler->slot[rank];
	__u32 end;
	int err;

	for (;; first = end + 1) {
		if (first >> 16 != block->number) {
			err = finish_block(block);
			if (err)
				return err;
			block->number = first >> 16;
		}
		end = last < (first | 0xffff) ? last : first | 0xffff;
		err = add_piece(block, first & 0xffff, end & 0xffff, feed);
		if (err || end == last)
			return err;
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
	err = sw_compile_ranges4(compiler->rules, set, add_range, block);
	if (!err)
		err = finish_block(block);
	free(block);
	return err;
}

static int free_leaf(struct sw_compiler *compiler, __u32 index)
{
	if (compiler->free_leaves == compiler->free_leaves_room &&
	    sw_grow((void **)&compiler->free_leaf, &compiler->free_leaves_room, sizeof(index), 64))
		return -ENOMEM;
	compiler->free_leaf[compiler->free_leaves++] = index;
	return 0;
}

static int free_leaves(struct sw_compiler *compiler, __u32 index)
{
	const struct sw_leaf4 *leaf =
		(void *)((char *)compiler->policy + sw_policy_leaves(&compiler->room));
	int err = sw_reach(compiler, &leaf[index], sizeof(*leaf));
	__u32 i, count;

	if (err)
		return err;
	count = leaf[index].runs == SW_LEAF_FULL_MAP ? 1 + MAP_LEAVES : 1;
	for (i = 0; i < count && !err; i++)
		err = free_leaf(compiler, index + i);
	return err;
}

/* Leaves nothing of a set in a /16. */
static int clear_block(struct sw_compiler *compiler, enum sw_set set, __u32 number)
{
	struct sw_table4 *table = &compiler->policy->v4[set];
	__u32 net, value;
	int err = sw_reach(compiler, &table->touched[number * WORDS],
			   WORDS * sizeof(table->touched[0]));

	if (!err)
		err = sw_reach(compiler, &table->whole[number], sizeof(table->whole[0]));
	if (err)
		return err;
	for (net = number << 8; net < (number + 1) << 8 && !err; net++) {
		if (!(table->touched[net / 64] >> net % 64 & 1))
			continue;
		err = sw_hash4_remove(compiler, sw_net4_key(set, net << 8), &value);
		compiler->nets -= value != 0;
		if (!err && value && !(value >> 24))
			err = free_leaves(compiler, value - 1);
	}
	memset(&table->touched[number * WORDS], 0, WORDS * sizeof(table->touched[0]));
	table->whole[number] = 0;
	return err;
}

struct within {
	struct block *block;
	const struct sw_regions *regions;
};

/* Adds what of a range lies in the regions. */
static int add_within(void *ctx, __u32 first, __u32 last, __u8 rank)
{
	const struct within *within = ctx;
	__u32 number, begin, end;
	int err = 0;

	for (number = first >> 16; number <= last >> 16 && !err; number++) {
		if (!sw_regions_has_block(within->regions, number))
			continue;
		begin = number << 16;
		end = begin | 0xffff;
		err = add_range(within->block, begin < first ? first : begin,
				end > last ? last : end, rank);
	}
	return err;
}

static int patch_set(struct sw_compiler *compiler, enum sw_set set,
		     const struct sw_regions *regions)
{
	struct block *block = calloc(1, sizeof(*block));
	struct within within = { block, regions };
	int err;

	if (!block)
		return -ENOMEM;
	block->compiler = compiler;
	block->set = set;
	err = sw_compile_ranges4(compiler->rules, set, add_within, &within);
	if (!err)
		err = finish_block(block);
	free(block);
	return err;
}

int sw_patch4(struct sw_compiler *compiler, const struct sw_regions *regions)
{
	enum sw_set set;
	__u32 number;
	int err = 0;

	for (set = 0; set < SW_SETS; set++) {
		for (number = sw_regions_next_block(regions, 0); number < 1 << 16 && !err;
		     number = sw_regions_next_block(regions, number + 1))
			err = clear_block(compiler, set, number);
	}
	for (set = 0; set < SW_SETS && !err; set++)
		err = patch_set(compiler, set, regions);
	return err ? err : sw_hash4_finish(compiler);
}
