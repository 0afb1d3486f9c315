// SPDX-License-Identifier: GPL-2.0
#include "policy/compile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/both.h"
#include "policy/bearers.h"
#include "policy/compile4.h"
#include "policy/compile6.h"
#include "policy/compiler.h"
#include "policy/halves4.h"
#include "policy/hash4.h"
#include "policy/standings.h"

/* With less, the lookups' bounds checks and probes would wrap. */
static const struct sw_layout least = { .leaves = 4, .dirs = SW_DIR6_PROBES, .bounds = 1 };

static __u32 max(__u32 a, __u32 b)
{
	return a > b ? a : b;
}

#define TRIES 16 /* salts */

static struct sw_part buckets_of(const struct sw_layout *layout)
{
	return (struct sw_part){ sizeof(struct sw_policy), sw_policy_leaves(layout) };
}

static int try_salt(struct sw_compiler *compiler)
{
	int err = sw_hash4_begin(compiler);

	compiler->nets = 0;
	compiler->leaves = 0;
	compiler->crowded = false;
	return err ? err : sw_halves4_compile(compiler);
}

/* A salt by which some /24 finds no place is bad luck, and another is drawn. */
static int write4(struct sw_compiler *compiler)
{
	struct sw_part buckets = buckets_of(&compiler->room);
	int try, err = sw_part_open(compiler, buckets);

	if (err)
		return err;
	for (try = 0; try < TRIES; try++) {
		err = try_salt(compiler);
		if (!compiler->crowded)
			break;
		memset(compiler->policy->v4, 0, sizeof(compiler->policy->v4));
		memset(compiler->policy + 1, 0, buckets.end - buckets.begin);
	}
	sw_hash4_end(compiler);
	sw_part_close(compiler, buckets);
	return err;
}

static int compile6(struct sw_compiler *compiler)
{
	int err = sw_compile6(compiler, SW_SET_CNC);

	return err ? err : sw_compile6(compiler, SW_SET_MAIL);
}

/* The /32s in which a prefix begins: about as many ways as a list will take. */
static __u32 count_tops(const struct sw_rule_list *list)
{
	__u32 tops = 0;
	size_t i;

	for (i = 0; i < list->v6_count; i++)
		tops += !i || list->v6[i].hi >> 32 != list->v6[i - 1].hi >> 32;
	return tops;
}

/* A bucket a way or more: with two places of three free it is all but certain that all
 * ways fit, into these directories and into any larger ones. */
static __u32 guess_dirs(const struct sw_rules *rules)
{
	__u32 tops =
		count_tops(&rules->kind[SW_KIND_CNC]) + count_tops(&rules->kind[SW_KIND_ZOMBIE]) +
		count_tops(&rules->kind[SW_KIND_ALLOW]) + count_tops(&rules->kind[SW_KIND_LIMIT]) +
		count_tops(&rules->kind[SW_KIND_PROTECT]);

	return max(least.dirs, tops);
}

static int try_dirs(struct sw_compiler *compiler, __u32 dirs)
{
	int err;

	compiler->bounds = 0;
	compiler->room.dirs = dirs;
	compiler->dirs = calloc(dirs, sizeof(*compiler->dirs));
	if (!compiler->dirs)
		return -ENOMEM;
	err = compile6(compiler);
	free(compiler->dirs);
	compiler->dirs = NULL;
	return err;
}

static int measure6(struct sw_compiler *compiler)
{
	__u32 dirs;
	int err;

	for (dirs = guess_dirs(compiler->rules); dirs <= UINT32_MAX / 2; dirs += dirs / 4) {
		err = try_dirs(compiler, dirs);
		if (err != -ENOSPC)
			return err;
	}
	return -E2BIG;
}

/* The tables of one family, which share nothing with those of the other. */
struct family {
	struct sw_compiler compiler;
	int (*work)(struct sw_compiler *compiler);
	int err;
};

static void do_family(void *ctx)
{
	struct family *family = ctx;

	family->err = family->work(&family->compiler);
}

#define MANY6 10000 /* prefixes, worth a thread */

static int do_families(struct family *ipv4, struct family *ipv6)
{
	const struct sw_rules *rules = ipv4->compiler.rules;
	size_t count = 0;
	int kind;

	for (kind = 0; kind < SW_KINDS; kind++)
		count += rules->kind[kind].v6_count;
	if (count < MANY6) {
		do_family(ipv4);
		do_family(ipv6);
	} else {
		sw_do_both(do_family, ipv4, ipv6);
	}
	return ipv4->err ?: ipv6->err;
}

int sw_compile_measure_halves(const struct sw_rules *rules, struct sw_layout *need,
			      struct sw_halves *halves)
{
	__u8 slot[SW_MAX_FEEDS];
	struct sw_compiler compiler = {
		.rules = rules,
		.slot = slot,
		.room = { .nets = UINT32_MAX, .leaves = SW_LEAVES4_MAX, .bounds = UINT32_MAX },
		.leaves_end = SW_LEAVES4_MAX,
	};
	struct family ipv4 = { compiler, sw_halves4_compile, 0 }, ipv6 = { compiler, measure6, 0 };
	__u32 rank;
	int err;

	for (rank = 0; rank < SW_MAX_FEEDS; rank++)
		slot[rank] = rank + 1;
	err = do_families(&ipv4, &ipv6);
	if (err)
		return err;
	*need = (struct sw_layout){
		.nets = ipv4.compiler.nets,
		.leaves = max(least.leaves, ipv4.compiler.leaves),
		.dirs = ipv6.compiler.room.dirs,
		.bounds = max(least.bounds, ipv6.compiler.bounds),
	};
	*halves = ipv4.compiler.halves;
	return 0;
}

int sw_compile_measure(const struct sw_rules *rules, struct sw_layout *need)
{
	struct sw_halves halves;

	return sw_compile_measure_halves(rules, need, &halves);
}

static int write6(struct sw_compiler *compiler)
{
	struct sw_part dirs = { sw_policy_dirs(&compiler->room),
				sw_policy_bounds(&compiler->room) };
	int err = sw_part_open(compiler, dirs);

	if (err)
		return err;
	err = compile6(compiler);
	sw_window_move(compiler, (struct sw_part){ 0, 0 }, 0);
	sw_part_close(compiler, dirs);
	return err;
}

int sw_compile_parts(const struct sw_rules *rules, const __u8 *slot, const struct sw_layout *layout,
		     const struct sw_halves *halves, struct sw_policy *policy,
		     const struct sw_parts *parts, struct sw_layout *used)
{
	__u8 number[SW_MAX_FEEDS];
	struct sw_compiler compiler = {
		.rules = rules,
		.slot = number,
		.room = *layout,
		.leaves_end = layout->leaves,
		.halves = *halves,
		.policy = policy,
		.parts = parts,
		.dirs = (struct sw_dir6 *)((char *)policy + sw_policy_dirs(layout)),
	};
	struct family ipv4 = { compiler, write4, 0 }, ipv6 = { compiler, write6, 0 };
	int err;

	if (layout->leaves < least.leaves || layout->dirs < least.dirs ||
	    layout->bounds < least.bounds)
		return -ENOSPC;
	sw_standing_numbers(rules, slot, rules->feeds, number);
	err = do_families(&ipv4, &ipv6);
	sw_bearers_mark(&ipv4.compiler);
	*used = (struct sw_layout){
		.nets = ipv4.compiler.nets,
		.leaves = max(least.leaves, ipv4.compiler.leaves),
		.dirs = guess_dirs(rules),
		.bounds = max(least.bounds, ipv6.compiler.bounds),
	};
	return err;
}

int sw_compile_write(const struct sw_rules *rules, const __u8 *slot, const struct sw_layout *layout,
		     struct sw_policy *policy)
{
	const struct sw_halves one = { 0 };
	struct sw_layout used;

	return sw_compile_parts(rules, slot, layout, &one, policy, NULL, &used);
}

int sw_compile_patch(const struct sw_rules *rules, const __u8 *slot,
		     const struct sw_regions *regions, const struct sw_layout *layout,
		     struct sw_policy *policy, const struct sw_parts *parts, struct sw_layout *used)
{
	struct sw_compiler compiler = {
		.rules = rules,
		.slot = slot,
		.parts = parts,
		.room = *layout,
		.leaves_end = layout->leaves,
		.nets = used->nets,
		.leaves = used->leaves,
		.bounds = used->bounds,
		.policy = policy,
		.dirs = (struct sw_dir6 *)((char *)policy + sw_policy_dirs(layout)),
	};
	int err;

	if (rules->combinations)
		return -EOPNOTSUPP;
	err = sw_reach(&compiler, policy, offsetof(struct sw_policy, v4));
	if (!err)
		err = sw_patch4(&compiler, regions);
	if (!err)
		err = sw_patch6(&compiler, regions);
	if (!err)
		err = sw_bearers_patch(&compiler);
	sw_hash4_end(&compiler);
	free(compiler.free_leaf);
	used->nets = compiler.nets;
	used->leaves = compiler.leaves;
	used->bounds = compiler.bounds;
	return err;
}
