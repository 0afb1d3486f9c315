// SPDX-License-Identifier: GPL-2.0
#include "kernel/gate_change.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/gate.h"
#include "policy/bearers.h"
#include "table6.h"

#define BLOCK_WORDS 4 /* 256 /24s, a bit each */

static void add(struct sw_gate_change *change, __u64 *at, __u64 exact)
{
	change->word[change->words++] = (struct sw_gate_word){ at, exact };
}

/* The gate has the bits of the C&C set in the same order as the tables have them. */
static void gather(struct sw_gate_change *change, struct sw_policy *policy,
		   const struct sw_regions *regions)
{
	const __u64 *net4 = policy->v4[SW_SET_CNC].touched;
	struct sw_table6 *v6 = &policy->v6[SW_SET_CNC];
	struct sw_gate *gate = change->gate;
	__u32 i, at;
	__u64 *word;
	size_t top;

	for (i = sw_regions_next_block(regions, 0); i < 1 << 16;
	     i = sw_regions_next_block(regions, i + 1)) {
		for (at = i * BLOCK_WORDS; at < (i + 1) * BLOCK_WORDS; at++)
			add(change, &gate->net4[at], net4[at]);
	}
	for (top = 0; top < regions->tops; top++) {
		at = (sw_hash_top6(regions->top[top]) >> (32 - SW_TOUCHED6_BITS)) / 64;
		add(change, &gate->top6[at], v6->touched[at]);
	}
	for (i = 0; i < policy->settings.bearers; i++) {
		word = sw_bearer_word(policy, i);
		if (word >= v6->wide)
			add(change, &gate->wide6[word - v6->wide], *word);
		else
			add(change, &gate->top6[word - v6->touched], *word);
	}
}

int sw_gate_change_begin(int gate_map, struct sw_policy *policy, const struct sw_regions *regions,
			 __u64 running, struct sw_gate_change *out)
{
	struct sw_gate_change change = { .generation = policy->settings.generation };
	size_t most = regions->blocks * BLOCK_WORDS + regions->tops + SW_MAX_BEARERS;
	int err = 0;

	change.gate = sw_gate_open(gate_map);
	if (!change.gate)
		return -errno;
	if (change.gate->exact != running)
		err = -ESTALE;
	if (!err)
		change.word = calloc(most, sizeof(*change.word));
	if (!err && !change.word)
		err = -ENOMEM;
	if (err) {
		sw_gate_change_end(&change);
		return err;
	}
	gather(&change, policy, regions);
	*out = change;
	return 0;
}

void sw_gate_change_widen(struct sw_gate_change *change)
{
	const struct sw_gate_word *word;

	__atomic_store_n(&change->gate->exact, 0, __ATOMIC_SEQ_CST);
	for (word = change->word; word < change->word + change->words; word++) {
		if (word->exact & ~*word->at)
			__atomic_fetch_or(word->at, word->exact, __ATOMIC_RELAXED);
	}
}

bool sw_gate_change_narrow(struct sw_gate_change *change)
{
	const struct sw_gate_word *word;
	bool changed = false;

	for (word = change->word; word < change->word + change->words; word++) {
		if (*word->at == word->exact)
			continue;
		__atomic_store_n(word->at, word->exact, __ATOMIC_RELAXED);
		changed = true;
	}
	return changed;
}

void sw_gate_change_be_exact(struct sw_gate_change *change)
{
	__atomic_store_n(&change->gate->exact, change->generation, __ATOMIC_RELEASE);
}

void sw_gate_change_end(struct sw_gate_change *change)
{
	sw_gate_close(change->gate);
	free(change->word);
	*change = (struct sw_gate_change){};
}
