/* SPDX-License-Identifier: GPL-2.0 */
/* The gate's words near a small change: of all others it is known that they are as the running
 * generation needs them, and the next one needs them the same. By IPv6 they may have more: a /32
 * that was listed once leaves a bit in the tables that are patched in turns, and each patch puts
 * those of its own tables there; `exact` speaks of IPv4. */
#ifndef SPAMWEIR_KERNEL_GATE_CHANGE_H
#define SPAMWEIR_KERNEL_GATE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "contract.h"
#include "policy/regions.h"

struct sw_gate_word {
	__u64 *at;   /* in the gate */
	__u64 exact; /* what it is to be */
};

/* All zero is none. */
struct sw_gate_change {
	struct sw_gate *gate; /* mapped; NULL: there is no change under way */
	struct sw_gate_word *word;
	size_t words;
	__u64 generation; /* that it leads to */
};

/* Gathers what `policy`, the next generation, needs in the regions in which it differs from
 * the running one, whose number is `running`. What sw_compile_patch leaves open of it is
 * enough. -ESTALE: more bits are set than that one needs, and all are to be compared. -ENOMEM,
 * -errno of mmap(2). */
int sw_gate_change_begin(int gate_map, struct sw_policy *policy, const struct sw_regions *regions,
			 __u64 running, struct sw_gate_change *out);

/* As sw_gate_widen, sw_gate_narrow and sw_gate_be_exact (kernel/gate.h). */
void sw_gate_change_widen(struct sw_gate_change *change);
bool sw_gate_change_narrow(struct sw_gate_change *change);
void sw_gate_change_be_exact(struct sw_gate_change *change);

/* Frees it, none too. */
void sw_gate_change_end(struct sw_gate_change *change);

#endif
