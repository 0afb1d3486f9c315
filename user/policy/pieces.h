/* SPDX-License-Identifier: GPL-2.0 */
/* All that a set's lists say of addresses, as disjoint ranges of them. */
#ifndef SPAMWEIR_POLICY_PIECES_H
#define SPAMWEIR_POLICY_PIECES_H

#include "contract.h"
#include "policy/flatten.h"

/* The lists that a set is made of. */
enum sw_layer {
	SW_LAYER_ALLOW,
	SW_LAYER_LISTED, /* C&C, or zombies */
	SW_LAYER_LIMIT,
	SW_LAYER_TO, /* allow again, for mail to its addresses, where that differs */
	SW_LAYER_PROTECT,
	SW_LAYER_BRAKE, /* protect again, for bounces */
	SW_LAYERS,
};

/* A range of addresses of which all lists say the same. */
struct sw_piece {
	sw_u128 first;
	sw_u128 last;
	__u8 rank[SW_LAYERS]; /* of the feed that lists it there, or SW_NO_RANK */
};

struct sw_piece_sink {
	int (*emit)(void *ctx, const struct sw_piece *piece);
	/* Takes IPv4 rules of one list that are pieces as they are, so that millions of them
	 * need not be made into such. NULL: all come by `emit`. */
	int (*rules4)(void *ctx, const __u64 *rule, size_t count, enum sw_layer layer);
	void *ctx;
};

/* Gives the sink the pieces of a set in address order, until it says other than 0. */
int sw_compile_pieces(const struct sw_rules *rules, enum sw_set set, __u8 family,
		      const struct sw_piece_sink *sink);

#endif
