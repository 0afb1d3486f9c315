/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the mail set says of an address: a feed's rank, or a combination of feeds that
 * list it as what sends mail and as what mail is for. Combinations have ranks too, from
 * the last one there is downwards, and numbers in the tables that no feed has as slot.
 */
#ifndef SPAMWEIR_POLICY_STANDINGS_H
#define SPAMWEIR_POLICY_STANDINGS_H

#include "contract.h"
#include "policy/pieces.h"

/* Finds the combinations that occur, as many as there are numbers left by the feeds. */
int sw_rules_combine(struct sw_rules *rules);

/* What a piece of the mail set is compiled as: its rank. */
__u8 sw_piece_rank(const struct sw_rules *rules, const struct sw_piece *piece);

/* What stands in the tables for each rank, from the slots of the first `feeds`. */
void sw_standing_numbers(const struct sw_rules *rules, const __u8 *slot, size_t feeds,
			 __u8 number[SW_MAX_FEEDS]);

/* Fills in the standings, for which `settings` has the feeds' kinds. */
void sw_standings_fill(const struct sw_rules *rules, const __u8 *slot, size_t feeds,
		       struct sw_settings *settings);

/* Whether some number of the tables is no feed's slot. */
bool sw_has_combinations(const struct sw_settings *settings);

#endif
