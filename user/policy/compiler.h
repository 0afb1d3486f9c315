/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the compiler share. */
#ifndef SPAMWEIR_POLICY_COMPILER_H
#define SPAMWEIR_POLICY_COMPILER_H

#include <errno.h>
#include <stdbool.h>

#include "contract.h"
#include "policy/halves.h"
#include "policy/parts.h"
#include "policy/rules.h"

/* Measuring is a dry run of writing, in which /24s, leaves and boundaries
 * are counted and directories are tried. */
struct sw_compiler {
	const struct sw_rules *rules;
	const __u8 *slot; /* by rank */
	struct sw_layout room;
	__u32 nets; /* taken of the room */
	__u32 leaves;
	__u32 leaves_end; /* the room's, or where those of the other half begin */
	__u32 bounds;
	struct sw_halves halves;
	struct sw_batch4 *batch; /* /24s on their way to their buckets; NULL: none */
	struct sw_dir6 *dirs;
	struct sw_policy *policy; /* NULL when measuring */
	const struct sw_parts *parts;
	struct sw_part window; /* of leaves, then of boundaries: what is open of them */
	bool crowded;	       /* a /24 found no place near its home */
	/* Leaves that a patch has freed. */
	__u32 *free_leaf;
	size_t free_leaves, free_leaves_room;
};

/* Opens, or closes, a part; neither does anything where all is open anyway. */
int sw_part_open(const struct sw_compiler *compiler, struct sw_part part);
void sw_part_close(const struct sw_compiler *compiler, struct sw_part part);

/* Opens what a patch is about to look at, of a policy of which nothing but what was looked at is
 * open; where parts are closed again, whoever works on them has opened them. -errno. */
int sw_reach(const struct sw_compiler *compiler, const void *at, size_t size);

/* Moves the window on to `part`, which lies behind what it showed, or leaves it where it
 * is; never beyond `end`. An empty part closes it. */
int sw_window_move(struct sw_compiler *compiler, struct sw_part part, size_t end);

/* Takes `count` places of a pool in which *used are taken, and tells the first of them. */
static inline int sw_take(__u32 *used, __u32 room, size_t count, __u32 *first)
{
	if (count > room - *used)
		return -ENOSPC;
	*first = *used;
	*used += count;
	return 0;
}

static inline void sw_set_bits(__u64 *words, __u32 first, __u32 last)
{
	__u64 from = ~0ULL << first % 64, to = ~0ULL >> (63 - last % 64);
	__u32 word = first / 64, end = last / 64;

	if (word == end) {
		words[word] |= from & to;
		return;
	}
	words[word] |= from;
	while (++word < end)
		words[word] = ~0ULL;
	words[end] |= to;
}

#endif
