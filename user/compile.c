// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <stdlib.h>

#include "compiler.h"

/* With less, the lookups' bounds checks and probes would wrap. */
static const struct sw_layout least = { .leaves = 4, .dirs = SW_DIR6_PROBES, .bounds = 1 };

static __u32 at_least(__u32 floor, __u32 count)
{
	return count < floor ? floor : count;
}

static int compile(struct sw_compiler *compiler)
{
	enum sw_set set;
	int err = 0;

	for (set = 0; !err && set < SW_SETS; set++) {
		err = sw_compile4(compiler, set);
		if (!err)
			err = sw_compile6(compiler, set);
	}
	return err;
}

/* -ENOSPC if a way finds no place. By value: only the ways are of interest. */
static int try_dirs(struct sw_compiler compiler)
{
	enum sw_set set;
	int err = 0;

	compiler.dirs = calloc(SW_SETS * (size_t)compiler.room.dirs, sizeof(*compiler.dirs));
	if (!compiler.dirs)
		return -ENOMEM;
	for (set = 0; !err && set < SW_SETS; set++)
		err = sw_compile6(&compiler, set);
	free(compiler.dirs);
	return err;
}

/* A bucket a way, that is one place of four in use, makes it all but certain
 * that the same ways fit into any larger directory too. */
static int choose_dirs(struct sw_compiler *compiler)
{
	__u32 dirs = at_least(least.dirs, compiler->ways);
	int err;

	while (dirs <= UINT32_MAX / SW_SETS) {
		compiler->room.dirs = dirs;
		err = try_dirs(*compiler);
		if (err != -ENOSPC)
			return err;
		dirs += dirs / 4;
	}
	return -ENOSPC;
}

int sw_compile_measure(const struct sw_rules *rules, struct sw_layout *need)
{
	__u8 slot[SW_MAX_FEEDS];
	struct sw_compiler compiler = {
		.rules = rules,
		.slot = slot,
		.room = { .leaves = UINT32_MAX, .bounds = UINT32_MAX },
	};
	__u32 rank;
	int err;

	for (rank = 0; rank < SW_MAX_FEEDS; rank++)
		slot[rank] = rank + 1;
	err = compile(&compiler);
	if (!err)
		err = choose_dirs(&compiler);
	if (err)
		return err == -ENOSPC ? -E2BIG : err;
	*need = (struct sw_layout){
		.leaves = at_least(least.leaves, compiler.leaves),
		.dirs = compiler.room.dirs,
		.bounds = at_least(least.bounds, compiler.bounds),
	};
	return 0;
}

int sw_compile_write(const struct sw_rules *rules, const __u8 *slot, const struct sw_layout *layout,
		     struct sw_policy *policy)
{
	struct sw_compiler compiler = {
		.rules = rules,
		.slot = slot,
		.room = *layout,
		.policy = policy,
		.dirs = (struct sw_dir6 *)((char *)policy + sw_policy_dirs(layout)),
	};

	if (layout->leaves < least.leaves || layout->dirs < least.dirs ||
	    layout->bounds < least.bounds)
		return -ENOSPC;
	return compile(&compiler);
}
