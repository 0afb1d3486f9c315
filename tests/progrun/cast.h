/* SPDX-License-Identifier: GPL-2.0 */
/* A small world with one address for every standing an address can have. */
#ifndef SPAMWEIR_PROGRUN_CAST_H
#define SPAMWEIR_PROGRUN_CAST_H

#include "frame.h"
#include "model.h"

enum sw_cast_part {
	SW_PART_CLEAN,
	SW_PART_CNC,
	SW_PART_ZOMBIE,
	SW_PART_LIVE,
	SW_PART_EXPIRED,
	SW_PART_ZOMBIE_LIVE, /* by feed and live */
	SW_PART_CNC_ZOMBIE,  /* in feeds of both kinds */
	SW_PART_ALLOWED,
	SW_PART_ALLOWED_LISTED, /* and in a cnc and a zombie feed, and live */
	SW_PART_RELAY,		/* in two allow feeds, of which one says `to` */
	SW_PART_OPEN_RELAY,	/* the same, and one `even_zombies` */
	SW_PART_CLOSED,		/* in a limit feed that lets no mail out */
	SW_PART_OPENED,		/* in that, and exactly in one without a limit */
	SW_PART_ZOMBIE_CLOSED,
	SW_PART_CNC_TRIED,	  /* in a feed on trial, as the following */
	SW_PART_CNC_TRIED_ZOMBIE, /* and in one of zombies that is enforced */
	SW_PART_ZOMBIE_TRIED,
	SW_PART_ZOMBIE_TRIED_LIVE,
	SW_PART_CLOSED_TRIED,
	SW_PART_BRAKED, /* takes no bounces */
	SW_PARTS,
};

/* Live zombies end, or have ended, a second from `now_ns`. */
void sw_cast(struct sw_world *world, __u64 now_ns);

/* Two addresses a part: in IPv6 of different /64s. */
sw_u128 sw_cast_src(enum sw_cast_part part, __u8 family);
sw_u128 sw_cast_dst(enum sw_cast_part part, __u8 family);

struct sw_pair {
	const char *name;
	enum sw_cast_part src;
	enum sw_cast_part dst;
};

/* Every pair whose outcome the policy distinguishes. */
extern const struct sw_pair sw_pairs[];
extern const size_t sw_pair_count;

#endif
