/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From rules to a generation's tables.
 *
 * Per set and family: flatten overlapping prefixes into disjoint ranges, each
 * with the feed of the longest covering entry; subtract what is allowed; then
 * write the ranges as include/maps/policy.h lays them out. The ranges are never
 * stored: they are produced once to count and once to write.
 */
#ifndef SPAMWEIR_POLICY_COMPILE_H
#define SPAMWEIR_POLICY_COMPILE_H

#include "contract.h"
#include "policy/halves.h"
#include "policy/parts.h"
#include "policy/regions.h"
#include "policy/rules.h"

/* A layout that holds the rules, which must be sorted; leaves and bounds are
 * the fewest possible. -ENOMEM, or -E2BIG if a table would outgrow its indexes. */
int sw_compile_measure(const struct sw_rules *rules, struct sw_layout *need);

/* The same, and tells who writes the rules how to do so by two threads. */
int sw_compile_measure_halves(const struct sw_rules *rules, struct sw_layout *need,
			      struct sw_halves *halves);

/* Writes the tables of `rules` (sorted) into `policy`, which has
 * sw_policy_size(layout) zeroed bytes; settings are the caller's. `slot` maps
 * a feed's rank to its slot (1 to 255). -ENOMEM, or -ENOSPC if the layout is too
 * small: into one that was measured, and all but surely into any larger one, the
 * rules fit. On failure `policy` is left half written. */
int sw_compile_write(const struct sw_rules *rules, const __u8 *slot, const struct sw_layout *layout,
		     struct sw_policy *policy);

/* The same into a policy of which parts are opened as they are written, and closed
 * behind that, but for struct sw_policy itself, which is open. *used: what the rules
 * take of the layout. `halves`: what measuring them has said, or zeroes. */
int sw_compile_parts(const struct sw_rules *rules, const __u8 *slot, const struct sw_layout *layout,
		     const struct sw_halves *halves, struct sw_policy *policy,
		     const struct sw_parts *parts, struct sw_layout *used);

/* Writes `regions` of a policy anew: `rules` (sorted) are all those that have addresses in any
 * of them. `parts`, none of which are ever closed, open what it looks at; NULL: all is open. The
 * bits by which the gate is told of the regions and of what carries IPv4 are open then. *used is what its tables take, and follows. Places
 * are left behind unused in the pools of leaves and boundaries. -ENOMEM, -ENOSPC; then
 * the policy is left half written. -EOPNOTSUPP, and nothing is written, if feeds of the
 * rules combine (standings.h): what is numbered so is numbered for all regions at once.
 * Nor is this for a policy in whose settings some do, which sw_has_combinations tells. */
int sw_compile_patch(const struct sw_rules *rules, const __u8 *slot,
		     const struct sw_regions *regions, const struct sw_layout *layout,
		     struct sw_policy *policy, const struct sw_parts *parts,
		     struct sw_layout *used);

#endif
