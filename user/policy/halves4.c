// SPDX-License-Identifier: GPL-2.0
/*
 * The halves meet where no rule spans the border of two /16s, so that they share no /24, no
 * word of bits and no leaf; what they share are the buckets (hash4.h).
 */
#include "policy/halves4.h"

#include <stdlib.h>

#include "base/both.h"
#include "policy/compile4.h"
#include "policy/compiler.h"
#include "policy/hash4.h"

#define MANY (1U << 20) /* rules, worth a thread */

/* The first rule that is no less. */
static size_t seek(const struct sw_rule_list *list, __u64 rule)
{
	size_t low = 0, high = list->v4_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (list->v4[middle] < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether a prefix of the list has addresses on both sides of one that ends in 16 zeroes. */
static bool spans(const struct sw_rule_list *list, __u32 address)
{
	__u32 first;
	__u8 length;
	size_t at;

	for (length = 0; length < 16; length++) {
		first = address & ~(0xffffffffU >> length);
		at = seek(list, sw_rule4(first, length, 0));
		if (first != address && at < list->v4_count &&
		    list->v4[at] >> 24 == sw_rule4(first, length, 0) >> 24)
			return true;
	}
	return false;
}

static bool is_border(const struct sw_rules *rules, __u32 address)
{
	int kind;

	if (!address)
		return false;
	for (kind = 0; kind < SW_KINDS; kind++) {
		if (spans(&rules->kind[kind], address))
			return false;
	}
	return true;
}

/* In the middle of the longest list, or as near as can be. */
static __u32 find_border(const struct sw_rules *rules)
{
	const struct sw_rule_list *longest = &rules->kind[0];
	__u32 middle, address, block;
	int kind;

	for (kind = 1; kind < SW_KINDS; kind++) {
		if (rules->kind[kind].v4_count > longest->v4_count)
			longest = &rules->kind[kind];
	}
	if (longest->v4_count < MANY)
		return 0;
	middle = sw_rule4_address(longest->v4[longest->v4_count / 2]);
	for (block = 1 << 16; block; block <<= 1) {
		address = middle & -block;
		if (is_border(rules, address))
			return address;
		if (is_border(rules, address + block))
			return address + block;
	}
	return 0;
}

static void take_half(const struct sw_rules *rules, __u32 from, bool upper, struct sw_rules *half)
{
	struct sw_rule_list *list;
	size_t lower;

	*half = *rules;
	for (list = half->kind; list < half->kind + SW_KINDS; list++) {
		lower = seek(list, sw_rule4(from, 0, 0));
		list->v4 += upper ? lower : 0;
		list->v4_count = upper ? list->v4_count - lower : lower;
	}
}

struct half {
	struct sw_compiler compiler;
	struct sw_rules rules;
	int err;
};

static int compile(struct sw_compiler *compiler)
{
	int err = sw_compile4(compiler, SW_SET_CNC);

	if (!err)
		err = sw_compile4(compiler, SW_SET_MAIL);
	if (!err && compiler->policy)
		err = sw_hash4_finish(compiler);
	sw_window_move(compiler, (struct sw_part){ 0, 0 }, 0);
	return err;
}

static void do_half(void *ctx)
{
	struct half *half = ctx;

	half->err = compile(&half->compiler);
	sw_hash4_end(&half->compiler);
}

static void begin(const struct sw_compiler *compiler, bool upper, struct half *half)
{
	take_half(compiler->rules, compiler->halves.from, upper, &half->rules);
	half->compiler = *compiler;
	half->compiler.rules = &half->rules;
	half->compiler.batch = NULL;
	if (compiler->policy && upper)
		half->compiler.leaves = compiler->halves.leaves;
	else if (compiler->policy)
		half->compiler.leaves_end = compiler->halves.leaves;
}

static int compile_halves(struct sw_compiler *compiler)
{
	struct half *half = calloc(2, sizeof(*half));
	const struct sw_layout *room = &compiler->room;
	struct sw_compiler *lower, *upper;
	int err;

	if (!half)
		return -ENOMEM;
	begin(compiler, false, &half[0]);
	begin(compiler, true, &half[1]);
	sw_do_both(do_half, &half[0], &half[1]);
	err = half[0].err ?: half[1].err;
	lower = &half[0].compiler;
	upper = &half[1].compiler;
	compiler->crowded = lower->crowded || upper->crowded;
	if (!compiler->policy) {
		compiler->halves.leaves = lower->leaves;
		upper->leaves += lower->leaves;
	}
	compiler->leaves = upper->leaves;
	compiler->nets = lower->nets + upper->nets;
	if (!err && (compiler->leaves > compiler->leaves_end || compiler->nets > room->nets))
		err = -ENOSPC;
	free(half);
	return err;
}

int sw_halves4_compile(struct sw_compiler *compiler)
{
	__u32 border = find_border(compiler->rules);

	if (!compiler->policy)
		compiler->halves.from = border;
	else if (border != compiler->halves.from || compiler->halves.leaves > compiler->leaves_end)
		border = 0;
	return border ? compile_halves(compiler) : compile(compiler);
}
