/* SPDX-License-Identifier: GPL-2.0 */
/* What a set lists, as disjoint ranges: overlaps resolved, allow subtracted. */
#ifndef SPAMWEIR_POLICY_RANGES_H
#define SPAMWEIR_POLICY_RANGES_H

#include "contract.h"
#include "policy/flatten.h"

/* Calls `emit` with the ranges of a set in address order. Neighbours of one rank may be
 * joined or not. The C&C set is C&C minus allow; the mail set is allow, zombie
 * minus allow, and limit minus both (zombies that are only monitored make room for a limit
 * that is enforced), and a rank may stand for a combination: see standings.h. For tests,
 * and for compile's own use. */
int sw_compile_ranges(const struct sw_rules *rules, enum sw_set set, __u8 family,
		      int (*emit)(void *ctx, const struct sw_range *range), void *ctx);

/* The same of IPv4 alone, where there may be millions. */
int sw_compile_ranges4(const struct sw_rules *rules, enum sw_set set,
		       int (*emit)(void *ctx, __u32 first, __u32 last, __u8 rank), void *ctx);

#endif
