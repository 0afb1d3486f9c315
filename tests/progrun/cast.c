// SPDX-License-Identifier: GPL-2.0
#include "cast.h"

#define SECOND_NS 1000000000ULL

static sw_u128 address(enum sw_cast_part part, __u8 family, unsigned host)
{
	if (family == SW_IPV4)
		return 0xc6120000u + (part << 8) + host; /* 198.18.<part>.<host> */
	/* 2001:db8:<part>:<host>::1 */
	return (sw_u128)(0x20010db800000000 + ((__u64)part << 16) + host) << 64 | 1;
}

sw_u128 sw_cast_src(enum sw_cast_part part, __u8 family)
{
	return address(part, family, 10);
}

sw_u128 sw_cast_dst(enum sw_cast_part part, __u8 family)
{
	return address(part, family, 20);
}

/* The network that holds both of a part's addresses, and no other part's. */
static void list_part(struct sw_world *world, __u8 feed, enum sw_cast_part part)
{
	struct sw_prefix v4 = { address(part, SW_IPV4, 0), SW_IPV4, 24 };
	struct sw_prefix v6 = { sw_mask(address(part, SW_IPV6, 0), 128, 48), SW_IPV6, 48 };

	sw_world_list(world, feed, &v4);
	sw_world_list(world, feed, &v6);
}

static void list_exactly(struct sw_world *world, __u8 feed, enum sw_cast_part part)
{
	sw_world_list_address(world, feed, SW_IPV4, sw_cast_src(part, SW_IPV4));
	sw_world_list_address(world, feed, SW_IPV6, sw_cast_src(part, SW_IPV6));
	sw_world_list_address(world, feed, SW_IPV4, sw_cast_dst(part, SW_IPV4));
	sw_world_list_address(world, feed, SW_IPV6, sw_cast_dst(part, SW_IPV6));
}

static void live(struct sw_world *world, enum sw_cast_part part, __u64 until_ns)
{
	sw_world_live(world, SW_IPV4, sw_cast_src(part, SW_IPV4), until_ns);
	sw_world_live(world, SW_IPV6, sw_cast_src(part, SW_IPV6), until_ns);
}

static __u8 feed_on_trial(struct sw_world *world, enum sw_kind kind, __u8 slot)
{
	__u8 feed = sw_world_feed(world, kind, slot);

	world->feed[feed].monitor = true;
	return feed;
}

static void cast_trials(struct sw_world *world, __u8 zombie)
{
	__u8 cnc = feed_on_trial(world, SW_KIND_CNC, 5);
	__u8 infected = feed_on_trial(world, SW_KIND_ZOMBIE, 6);
	__u8 closed = feed_on_trial(world, SW_KIND_LIMIT, 7);

	world->feed[closed].closed = true;
	list_part(world, cnc, SW_PART_CNC_TRIED);
	list_part(world, cnc, SW_PART_CNC_TRIED_ZOMBIE);
	list_exactly(world, zombie, SW_PART_CNC_TRIED_ZOMBIE);
	list_part(world, infected, SW_PART_ZOMBIE_TRIED);
	list_part(world, infected, SW_PART_ZOMBIE_TRIED_LIVE);
	live(world, SW_PART_ZOMBIE_TRIED_LIVE, SW_LIVE_FOREVER);
	list_part(world, closed, SW_PART_CLOSED_TRIED);
}

void sw_cast(struct sw_world *world, __u64 now_ns)
{
	__u8 wide, cnc, zombie, second, allow, relay, open_relay, closed, open, braked;

	wide = sw_world_feed(world, SW_KIND_CNC, 200);
	cnc = sw_world_feed(world, SW_KIND_CNC, 3);
	second = sw_world_feed(world, SW_KIND_ZOMBIE, 17);
	zombie = sw_world_feed(world, SW_KIND_ZOMBIE, 255);
	allow = sw_world_feed(world, SW_KIND_ALLOW, 90);
	relay = sw_world_feed(world, SW_KIND_ALLOW, 91);
	world->feed[relay].to = SW_TO_SAID;
	open_relay = sw_world_feed(world, SW_KIND_ALLOW, 4);
	world->feed[open_relay].to = SW_TO_ZOMBIES;
	closed = sw_world_feed(world, SW_KIND_LIMIT, 92);
	world->feed[closed].closed = true;
	open = sw_world_feed(world, SW_KIND_LIMIT, 93);

	braked = sw_world_feed(world, SW_KIND_PROTECT, 94);
	world->feed[braked].unlimited = true;
	world->feed[braked].brakes = true;
	world->feed[braked].no_bounces = true;

	list_part(world, wide, SW_PART_CNC);
	sw_world_list_address(world, cnc, SW_IPV4, sw_cast_src(SW_PART_CNC, SW_IPV4));
	sw_world_list_address(world, cnc, SW_IPV6, sw_cast_src(SW_PART_CNC, SW_IPV6));

	list_exactly(world, zombie, SW_PART_ZOMBIE);
	live(world, SW_PART_LIVE, now_ns + SECOND_NS);
	live(world, SW_PART_EXPIRED, now_ns - SECOND_NS);

	list_part(world, second, SW_PART_ZOMBIE_LIVE);
	live(world, SW_PART_ZOMBIE_LIVE, SW_LIVE_FOREVER);

	list_part(world, wide, SW_PART_CNC_ZOMBIE);
	list_part(world, zombie, SW_PART_CNC_ZOMBIE);

	list_exactly(world, allow, SW_PART_ALLOWED);
	list_part(world, allow, SW_PART_ALLOWED_LISTED);
	list_exactly(world, wide, SW_PART_ALLOWED_LISTED);
	list_exactly(world, zombie, SW_PART_ALLOWED_LISTED);
	live(world, SW_PART_ALLOWED_LISTED, SW_LIVE_FOREVER);

	/* Who lists the relays as sources says nothing of mail to them on access NICs. */
	list_exactly(world, allow, SW_PART_RELAY);
	list_part(world, relay, SW_PART_RELAY);
	list_part(world, relay, SW_PART_OPEN_RELAY);
	list_part(world, open_relay, SW_PART_OPEN_RELAY);

	list_part(world, closed, SW_PART_CLOSED);
	list_part(world, closed, SW_PART_OPENED);
	list_exactly(world, open, SW_PART_OPENED);
	list_part(world, closed, SW_PART_ZOMBIE_CLOSED);
	list_exactly(world, zombie, SW_PART_ZOMBIE_CLOSED);

	cast_trials(world, zombie);
	list_part(world, braked, SW_PART_BRAKED);
}

const struct sw_pair sw_pairs[] = {
	{ "clean", SW_PART_CLEAN, SW_PART_CLEAN },
	{ "from C&C", SW_PART_CNC, SW_PART_CLEAN },
	{ "to C&C", SW_PART_CLEAN, SW_PART_CNC },
	{ "C&C to C&C", SW_PART_CNC, SW_PART_CNC },
	{ "zombie", SW_PART_ZOMBIE, SW_PART_CLEAN },
	{ "to zombie", SW_PART_CLEAN, SW_PART_ZOMBIE },
	{ "live zombie", SW_PART_LIVE, SW_PART_CLEAN },
	{ "to live zombie", SW_PART_CLEAN, SW_PART_LIVE },
	{ "expired live zombie", SW_PART_EXPIRED, SW_PART_CLEAN },
	{ "zombie by feed and live", SW_PART_ZOMBIE_LIVE, SW_PART_CLEAN },
	{ "C&C and zombie", SW_PART_CNC_ZOMBIE, SW_PART_CLEAN },
	{ "zombie to C&C", SW_PART_ZOMBIE, SW_PART_CNC },
	{ "allowed", SW_PART_ALLOWED, SW_PART_CLEAN },
	{ "to allowed", SW_PART_CLEAN, SW_PART_ALLOWED },
	{ "allowed and listed", SW_PART_ALLOWED_LISTED, SW_PART_CLEAN },
	{ "to allowed and listed", SW_PART_CLEAN, SW_PART_ALLOWED_LISTED },
	{ "allowed to C&C", SW_PART_ALLOWED, SW_PART_CNC },
	{ "C&C to allowed", SW_PART_CNC, SW_PART_ALLOWED },
	{ "zombie to allowed", SW_PART_ZOMBIE, SW_PART_ALLOWED },
	{ "live zombie to allowed", SW_PART_LIVE, SW_PART_ALLOWED_LISTED },
	{ "to relay", SW_PART_CLEAN, SW_PART_RELAY },
	{ "zombie to relay", SW_PART_ZOMBIE, SW_PART_RELAY },
	{ "live zombie to relay", SW_PART_LIVE, SW_PART_RELAY },
	{ "relay", SW_PART_RELAY, SW_PART_CLEAN },
	{ "closed", SW_PART_CLOSED, SW_PART_CLEAN },
	{ "to closed", SW_PART_CLEAN, SW_PART_CLOSED },
	{ "closed to relay", SW_PART_CLOSED, SW_PART_RELAY },
	{ "closed to allowed", SW_PART_CLOSED, SW_PART_ALLOWED },
	{ "opened", SW_PART_OPENED, SW_PART_CLEAN },
	{ "zombie and closed", SW_PART_ZOMBIE_CLOSED, SW_PART_CLEAN },
	{ "zombie to open relay", SW_PART_ZOMBIE, SW_PART_OPEN_RELAY },
	{ "live zombie to open relay", SW_PART_LIVE, SW_PART_OPEN_RELAY },
	{ "C&C on trial", SW_PART_CNC_TRIED, SW_PART_CLEAN },
	{ "to C&C on trial", SW_PART_CLEAN, SW_PART_CNC_TRIED },
	{ "C&C on trial to C&C", SW_PART_CNC_TRIED, SW_PART_CNC },
	{ "C&C to C&C on trial", SW_PART_CNC, SW_PART_CNC_TRIED },
	{ "zombie to C&C on trial", SW_PART_ZOMBIE, SW_PART_CNC_TRIED },
	{ "C&C on trial and zombie", SW_PART_CNC_TRIED_ZOMBIE, SW_PART_CLEAN },
	{ "C&C on trial to allowed", SW_PART_CNC_TRIED, SW_PART_ALLOWED },
	{ "zombie on trial", SW_PART_ZOMBIE_TRIED, SW_PART_CLEAN },
	{ "zombie on trial to C&C", SW_PART_ZOMBIE_TRIED, SW_PART_CNC },
	{ "zombie on trial to relay", SW_PART_ZOMBIE_TRIED, SW_PART_RELAY },
	{ "zombie on trial and live", SW_PART_ZOMBIE_TRIED_LIVE, SW_PART_CLEAN },
	{ "zombie on trial and live to relay", SW_PART_ZOMBIE_TRIED_LIVE, SW_PART_RELAY },
	{ "closed on trial", SW_PART_CLOSED_TRIED, SW_PART_CLEAN },
	{ "to braked", SW_PART_CLEAN, SW_PART_BRAKED },
};

const size_t sw_pair_count = sizeof(sw_pairs) / sizeof(sw_pairs[0]);
