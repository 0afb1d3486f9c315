// SPDX-License-Identifier: GPL-2.0
#include "random.h"

#include <string.h>

#include "axes.h"
#include "heads.h"

#define SECOND_US 1000000ULL

void sw_random_seed(struct sw_random *random, __u64 seed)
{
	random->state = seed * 0x9e3779b97f4a7c15ULL + 1;
}

/* splitmix64 */
__u64 sw_random_next(struct sw_random *random)
{
	__u64 z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

__u64 sw_random_below(struct sw_random *random, __u64 limit)
{
	return sw_random_next(random) % limit;
}

bool sw_random_one_in(struct sw_random *random, __u64 count)
{
	return sw_random_below(random, count) == 0;
}

static sw_u128 random_bits(struct sw_random *random, __u8 family)
{
	sw_u128 high = sw_random_next(random);

	return family == SW_IPV4 ? (__u32)high : high << 64 | sw_random_next(random);
}

/* Near `anchor` mostly, so that prefixes meet. */
static struct sw_prefix random_prefix(struct sw_random *random, __u8 family, sw_u128 anchor)
{
	static const __u8 shared4[] = { 0, 8, 15, 16, 22, 24, 24, 24, 28 };
	static const __u8 shared6[] = { 0, 16, 20, 31, 32, 48, 63, 64, 112 };
	const __u8 *shared = family == SW_IPV4 ? shared4 : shared6;
	unsigned bits = sw_family_bits(family);
	__u8 keep = shared[sw_random_below(random, sizeof(shared4))];
	struct sw_prefix prefix = { .family = family };

	prefix.address = sw_mask(anchor, bits, keep);
	if (keep < bits)
		prefix.address |= random_bits(random, family) & ~(sw_u128)0 >> (128 - bits + keep);
	prefix.length = keep + sw_random_below(random, bits - keep + 1);
	if (prefix.length < 3 && !sw_random_one_in(random, 8))
		prefix.length = bits;
	prefix.address = sw_mask(prefix.address, bits, prefix.length);
	return prefix;
}

static struct sw_world_rate random_rate(struct sw_random *random)
{
	return (struct sw_world_rate){
		.interval_us = 1 + sw_random_below(random, 60 * SECOND_US),
		.burst = 1 + sw_random_below(random, 20),
	};
}

static void random_brake(struct sw_random *random, struct sw_world_feed *feed)
{
	feed->brakes = sw_random_one_in(random, 2);
	feed->unlimited = feed->brakes && sw_random_one_in(random, 2);
	feed->no_bounces = feed->brakes && sw_random_one_in(random, 3);
	feed->bounces = random_rate(random);
}

static void random_feeds(struct sw_random *random, struct sw_world *world)
{
	static const enum sw_kind kinds[] = { SW_KIND_CNC, SW_KIND_ZOMBIE, SW_KIND_ALLOW,
					      SW_KIND_LIMIT, SW_KIND_PROTECT };
	size_t feeds = 2 + sw_random_below(random, 8), i;
	__u8 slot = sw_random_next(random);

	for (i = 0; i < feeds; i++) {
		slot += 1 + sw_random_below(random, 20);
		slot += !slot;
		sw_world_feed(world, kinds[sw_random_below(random, 5)], slot);
		world->feed[i].rate = random_rate(random);
		world->feed[i].closed = world->feed[i].kind == SW_KIND_LIMIT &&
					sw_random_one_in(random, 4);
		if (world->feed[i].kind == SW_KIND_PROTECT)
			random_brake(random, &world->feed[i]);
		if (world->feed[i].kind == SW_KIND_ALLOW)
			world->feed[i].to = sw_random_below(random, SW_TO_ZOMBIES + 1);
		world->feed[i].monitor = world->feed[i].kind != SW_KIND_ALLOW &&
					 sw_random_one_in(random, 4);
	}
}

static void random_nat64(struct sw_random *random, struct sw_world *world)
{
	static const __u8 length[] = { 32, 40, 48, 56, 64, 96 };
	size_t count = sw_random_one_in(random, 2) ? sw_random_below(random, SW_MAX_NAT64 + 1) : 0;

	for (; world->nat64s < count; world->nat64s++) {
		struct sw_prefix *prefix = &world->nat64[world->nat64s];

		*prefix = (struct sw_prefix){ random_bits(random, SW_IPV6), SW_IPV6,
					      length[sw_random_below(random, sizeof(length))] };
		if (world->nat64s && sw_random_one_in(random, 3)) /* within another, or beside it */
			prefix->address = world->nat64[0].address ^ sw_random_below(random, 256);
		prefix->address = sw_mask(prefix->address, 128, prefix->length);
	}
}

/* An address of IPv6 that carries one of IPv4, by whichever prefix. */
static sw_u128 random_carrier(struct sw_random *random, const struct sw_world *world, __u32 address)
{
	size_t which = sw_random_below(random, world->nat64s + 2);
	struct sw_prefix prefix = { (sw_u128)0x0064ff9b << 96, SW_IPV6, 96 };
	sw_u128 result;
	int shift, i;

	if (which == 0)
		return (sw_u128)0x2002 << 112 | (sw_u128)address << 80 |
		       (sw_random_next(random) & (sw_random_one_in(random, 2) ? 0 : 0xffff));
	if (which >= 2)
		prefix = world->nat64[which - 2];
	result = prefix.address;
	shift = 120 - prefix.length;
	for (i = 24; i >= 0; i -= 8, shift -= 8) {
		if (shift == 56) /* bits 64 to 71 */
			shift -= 8;
		result |= (sw_u128)(address >> i & 255) << shift;
	}
	if (prefix.length < 96 &&
	    sw_random_one_in(random, 2)) /* a suffix, bits that are not used */
		result |= sw_random_next(random) & 0xff0000ULL;
	return result;
}

static void random_entries(struct sw_random *random, struct sw_world *world)
{
	static const __u16 counts[] = { 1, 5, 20, 60, 200 };
	size_t entries = counts[sw_random_below(random, 5)], i;
	sw_u128 anchor[SW_FAMILIES];
	__u8 family;

	for (family = SW_IPV4; family <= SW_IPV6; family++)
		anchor[family] = random_bits(random, family);
	for (i = 0; i < entries; i++) {
		struct sw_prefix prefix;

		family = sw_random_one_in(random, 2) ? SW_IPV4 : SW_IPV6;
		prefix = random_prefix(random, family, anchor[family]);
		if (family == SW_IPV6 && sw_random_one_in(random, 4)) {
			prefix.address = random_carrier(random, world, anchor[SW_IPV4]);
			prefix.length = 16 + sw_random_below(random, 113);
			prefix.address = sw_mask(prefix.address, 128, prefix.length);
		}
		sw_world_list(world, sw_random_below(random, world->feeds), &prefix);
	}
}

static void random_lives(struct sw_random *random, struct sw_world *world, __u64 now_ns)
{
	size_t lives = sw_random_below(random, 8), i;

	for (i = 0; i < lives; i++) {
		__u8 family = sw_random_one_in(random, 2) ? SW_IPV4 : SW_IPV6;
		__u64 until = now_ns + sw_random_below(random, 2000 * SECOND_US) * 1000;

		if (sw_random_one_in(random, 4))
			until = SW_LIVE_FOREVER;
		sw_world_live(world, family, sw_random_address(random, world, family), until);
		world->live[i].slowed = sw_random_one_in(random, 3);
	}
}

void sw_random_world(struct sw_random *random, struct sw_world *world, __u64 now_ns)
{
	static const __u8 source_prefix[] = { 32, 48, 56, 64, 64, 64, 96, 128 };
	int role;

	sw_world_init(world);
	random_feeds(random, world);
	random_nat64(random, world);
	random_entries(random, world);
	random_lives(random, world, now_ns);
	while (world->ports < SW_MAX_PORTS && !sw_random_one_in(random, 3))
		world->port[world->ports++] = sw_random_next(random);
	world->source_prefix = source_prefix[sw_random_below(random, sizeof(source_prefix))];
	world->monitor = sw_random_one_in(random, 4);
	world->monitor_nic = sw_random_one_in(random, 6);
	world->others = sw_random_one_in(random, 3) ? sw_random_next(random) : 0;
	for (role = 0; role < SW_ROLES; role++) {
		if (sw_random_one_in(random, 4))
			continue;
		world->rate[role] = random_rate(random);
	}
	world->slow = random_rate(random);
}

static const struct sw_prefix *random_entry(struct sw_random *random, const struct sw_world *world,
					    __u8 family)
{
	int tries;

	for (tries = 0; tries < 8; tries++) {
		const struct sw_prefix *prefix =
			&world->entry[sw_random_below(random, world->entries)].prefix;

		if (prefix->family == family)
			return prefix;
	}
	return NULL;
}

static sw_u128 random_listed(struct sw_random *random, const struct sw_world *world, __u8 family)
{
	const struct sw_prefix *prefix = random_entry(random, world, family);
	sw_u128 all = family == SW_IPV4 ? 0xffffffff : ~(sw_u128)0;
	sw_u128 inside;

	if (world->lives && sw_random_one_in(random, 5)) {
		const struct sw_world_live *live =
			&world->live[sw_random_below(random, world->lives)];

		if (live->family == family)
			return live->address;
	}
	if (!prefix || sw_random_one_in(random, 8))
		return random_bits(random, family);
	inside = sw_mask(all, sw_family_bits(family), prefix->length) ^ all;
	switch (sw_random_below(random, 5)) {
	case 0:
		return prefix->address;
	case 1:
		return prefix->address | inside;
	case 2:
		return (prefix->address - 1) & all;
	case 3:
		return ((prefix->address | inside) + 1) & all;
	}
	return prefix->address | (random_bits(random, family) & inside);
}

sw_u128 sw_random_address(struct sw_random *random, const struct sw_world *world, __u8 family)
{
	if (family == SW_IPV6 && sw_random_one_in(random, 4))
		return random_carrier(random, world, random_listed(random, world, SW_IPV4));
	return random_listed(random, world, family);
}

static void random_exts(struct sw_random *random, struct sw_spec *spec)
{
	static const __u8 type[] = { SW_EXT_HOP, SW_EXT_ROUTING,  SW_EXT_DEST, SW_EXT_AH,
				     SW_EXT_HIP, SW_EXT_MOBILITY, SW_EXT_SHIM6 };
	size_t exts;

	if (spec->family == SW_IPV4 || sw_random_one_in(random, 2))
		return;
	for (exts = sw_random_below(random, 10); exts; exts--)
		sw_spec_ext(spec, type[sw_random_below(random, sizeof(type))],
			    2 + sw_random_below(random, 4));
}

/* Within a connection, mostly a bounce. */
static void random_command(struct sw_random *random, struct sw_spec *spec)
{
	static const char *const says[] = {
		"MAIL FROM:<>\r\n", "mail from:<> SIZE=9\r\n", "Mail From: <>",
		"MAIL FROM:<>",	    "MAIL FROM:  <>\r\n",      "MAIL FROM:<a@b>\r\n",
		"MAIL FROM:<",	    "RSET\r\nMAIL FROM:<>",
	};

	spec->says = says[sw_random_below(random, sw_random_one_in(random, 2) ? 4 : 8)];
	spec->payload = sw_random_one_in(random, 2) ? 0 : spec->payload;
	spec->flags = SW_ACK | (sw_random_one_in(random, 4) ? sw_random_next(random) : 0x08);
	if (sw_random_one_in(random, 3))
		return;
	spec->exts = 0;
	spec->option_words = 0;
	spec->seq = sw_random_below(random, 4);
}

static struct sw_spec random_spec(struct sw_random *random, const struct sw_world *world)
{
	__u8 family = sw_random_one_in(random, 2) ? SW_IPV4 : SW_IPV6;
	struct sw_spec spec = sw_spec_smtp(family, sw_random_address(random, world, family),
					   sw_random_address(random, world, family));

	sw_axis_link(&spec, &sw_link_axis[sw_random_below(random, sw_link_axis_count)]);
	if (sw_random_one_in(random, 2))
		spec.vid = SW_VID_ACCESS + sw_random_below(random, 4);
	if (family == SW_IPV4)
		spec.option_words = sw_random_one_in(random, 3) ? sw_random_below(random, 11) : 0;
	random_exts(random, &spec);
	sw_axis_transport(&spec, sw_random_one_in(random, 2)
					 ? SW_AXIS_SMTP_SYN
					 : sw_random_below(random, SW_TRANSPORT_AXIS));
	if (sw_random_one_in(random, 2))
		spec.dport = world->port[sw_random_below(random, world->ports)];
	if (sw_random_one_in(random, 3))
		sw_axis_fragment(&spec, sw_random_below(random, SW_FRAGMENT_AXIS),
				 sw_random_next(random));
	if (spec.protocol == SW_TCP && sw_random_one_in(random, 3))
		random_command(random, &spec);
	if (sw_random_one_in(random, 8))
		spec.transport = sw_random_below(random, 40);
	spec.padding = sw_random_one_in(random, 2) ? sw_random_below(random, 30) : 0;
	return spec;
}

static void damage(struct sw_random *random, struct sw_frame *frame)
{
	int changes = 1 + sw_random_below(random, 3);
	__u32 at;

	while (changes--) {
		at = 12 + sw_random_below(random, frame->len - 12);
		switch (sw_random_below(random, 4)) {
		case 0:
			frame->data[at] = sw_random_next(random);
			break;
		case 1:
			frame->data[at] ^= 1 << sw_random_below(random, 8);
			break;
		case 2:
			frame->data[at] += sw_random_one_in(random, 2) ? 1 : -1;
			break;
		case 3:
			frame->len = at < 14 ? 14 : at;
			return;
		}
	}
}

/* In a tunnel, or two; sometimes in one that cannot carry it. */
static void wrap(struct sw_random *random, const struct sw_world *world, struct sw_frame *frame)
{
	const struct sw_head *head = &sw_heads[sw_random_below(random, sw_head_count)];
	struct sw_spec outer = random_spec(random, world);

	outer.protocol = head->protocol;
	outer.payload = 0;
	outer.transport = SW_FRAME_ALL;
	if (!sw_random_one_in(random, 3)) { /* nobody's addresses */
		outer.src = random_bits(random, outer.family);
		outer.dst = random_bits(random, outer.family);
	}
	sw_frame_wrap(frame, &outer, head);
}

void sw_random_frame(struct sw_random *random, const struct sw_world *world, struct sw_frame *frame)
{
	struct sw_spec spec = random_spec(random, world);

	sw_frame_build(frame, &spec);
	while (sw_random_one_in(random, 4))
		wrap(random, world, frame);
	if (sw_random_one_in(random, 2))
		damage(random, frame);
}
