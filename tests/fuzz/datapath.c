// SPDX-License-Identifier: GPL-2.0
/*
 * The programs on any frame, against the model that judges the packet tests,
 * with every counter and event they leave. The input: an octet that says in
 * which role, mode and rhythm the frame comes, two that say how much of it
 * stands in the first buffer (0: all), then the frame.
 */
#include "kernel.h"

#include "cast.h"
#include "policy/compile.h"
#include "decode.h"
#include "reply.h"
#include "kernel/gate.h"
#include "unwrap.h"
#include "policy/rules_sort.h"
#include "policy/settings.h"

#define SECOND_US 1000000ULL
#define START_US (1000 * SECOND_US)

/* Padding behind a first buffer that is shorter is not counted: no driver puts it
 * there. */
#define FIRST_BUFFER_MIN 1537

#define OTHER_INTERFACE 6 /* which only monitors */
#define TAG_SIZE 4

static struct sw_world world;
static struct sw_model model;
static struct sw_settings *settings;

/* As it arrives. */
struct frame {
	const __u8 *at;
	__u32 size;
	__u32 readable;
};

static sw_u128 live_source(const struct sw_world_live *entry)
{
	if (entry->family == SW_IPV4)
		return (sw_u128)0xffff << 32 | entry->address;
	return sw_mask(entry->address, 128, world.source_prefix);
}

static void write_live(void)
{
	int byte;

	for (; kernel.lives < world.lives; kernel.lives++) {
		const struct sw_world_live *entry = &world.live[kernel.lives];
		sw_u128 value = live_source(entry);
		__u32 bit = sw_gate_live_bit(value >> 64, value);

		gate.live[bit / 64] |= 1ULL << bit % 64;
		kernel.live[kernel.lives].until_ns = entry->until_ns;
		kernel.live[kernel.lives].origin = entry->slowed ? SW_ORIGIN_SLOWED
								 : SW_ORIGIN_OPERATOR;
		for (byte = 15; byte >= 0; byte--, value >>= 8)
			kernel.key[kernel.lives].address[byte] = value;
	}
}

/* As userspace fills them in, with this kernel's jiffies. */
static void write_settings(const struct sw_rules *rules, const __u8 *slot)
{
	const struct sw_tick tick = {
		.per_second_num = SECOND_US * SW_TICKS_PER_JIFFY,
		.per_second_den = JIFFY_US,
		.slack = SW_TICKS_PER_JIFFY,
		.slow = (__u64)SW_SLOW_JIFFIES * SW_TICKS_PER_JIFFY,
	};
	struct sw_feed_config feed[SW_WORLD_FEEDS] = { 0 };
	struct sw_config config = {
		.ports = world.ports,
		.ipv6_source_prefix = world.source_prefix,
		.feed = feed,
		.feeds = world.feeds,
		/* Whoever stands in the world is slowed; by what he does, nobody is. */
		.suspects = {
			.action = { [SW_RULE_SILENT] = SW_ACTION_SLOW },
			.limit = { world.slow.interval_us * 1000, world.slow.burst, false },
		},
	};
	size_t i;

	memcpy(config.port, world.port, sizeof(config.port));
	for (i = 0; i < SW_ROLES; i++)
		config.limit[i] = (struct sw_limit_config){
			.interval_ns = world.rate[i].interval_us * 1000,
			.burst = world.rate[i].burst,
		};
	for (i = 0; i < world.feeds; i++)
		feed[i] = (struct sw_feed_config){
			.kind = world.feed[i].kind,
			.monitor = world.feed[i].monitor,
			.to = world.feed[i].to,
			.limited = world.feed[i].kind >= SW_KIND_LIMIT && !world.feed[i].unlimited,
			.limit = {
				world.feed[i].rate.interval_us * 1000,
				world.feed[i].rate.burst,
				world.feed[i].closed,
			},
			.brakes = world.feed[i].brakes,
			.bounces = { .closed = world.feed[i].no_bounces },
		};
	sw_settings_fill(&config, rules, slot, &tick, 1, settings);
}

static void write_policy(struct sw_layout *need)
{
	struct sw_rules *rules = calloc(1, sizeof(*rules));
	__u8 slot[SW_MAX_FEEDS] = {};
	size_t i;

	must(rules);
	rules->feeds = world.feeds;
	rules->feed = calloc(rules->feeds, sizeof(*rules->feed));
	must(rules->feed);
	for (i = 0; i < world.feeds; i++)
		slot[i] = world.feed[i].slot;
	for (i = 0; i < world.feeds; i++) {
		rules->monitor[i] = world.feed[i].monitor;
		rules->to[i] = world.feed[i].to;
		rules->brake[i] = world.feed[i].brakes;
	}
	for (i = 0; i < world.entries; i++) {
		const struct sw_world_entry *entry = &world.entry[i];
		enum sw_kind kind = world.feed[entry->feed].kind;

		must(!sw_rule_list_add(&rules->kind[kind], &entry->prefix, entry->feed));
	}
	must(!sw_rules_sort(rules));
	must(!sw_compile_measure(rules, need));
	kernel.policy = calloc(1, sw_policy_size(need));
	must(kernel.policy);
	settings = &kernel.policy->settings;
	write_settings(rules, slot);
	must(!sw_compile_write(rules, slot, need, kernel.policy));
	sw_gate_narrow(&gate, kernel.policy);
	sw_gate_be_exact(&gate, kernel.policy);
	sw_rules_free(rules);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sw_layout need;

	(void)argc, (void)argv;
	sw_world_init(&world);
	sw_cast(&world, START_US * 1000);
	world.port[world.ports++] = 587;
	world.rate[SW_ACCESS] = (struct sw_world_rate){ .interval_us = 500000, .burst = 3 };
	world.rate[SW_UPSTREAM] = (struct sw_world_rate){ .interval_us = 20000, .burst = 1 };
	world.slow = (struct sw_world_rate){ .interval_us = 3000000, .burst = 2 };
	sw_world_slow(&world, SW_IPV4, sw_cast_src(SW_PART_CLOSED_TRIED, SW_IPV4), SW_LIVE_FOREVER);
	sw_world_slow(&world, SW_IPV6, sw_cast_src(SW_PART_CLOSED_TRIED, SW_IPV6), SW_LIVE_FOREVER);
	write_policy(&need);
	write_live();
	kernel_boot(&need);
	return 0;
}

/* One packet in one cell, and nothing elsewhere. */
static void check_counters(const struct sw_judgement *right)
{
	struct sw_tunnelled once_there = { 0 };
	static const struct sw_counters none;
	static const struct sw_counter no_feed[SW_MAX_FEEDS];
	const struct sw_counter once = { 1, kernel.frame_size };
	bool monitored = right->verdict == SW_WOULD_DROP || right->verdict == SW_WOULD_REPLY;
	struct sw_counter *cell = &kernel.counters.cell[monitored][right->reason][right->family];
	struct sw_counter *feed = &kernel.feed[right->feed];

	must(!memcmp(cell, &once, sizeof(once)));
	*cell = (struct sw_counter){ 0 };
	must(!memcmp(&kernel.counters, &none, sizeof(none)));
	if (right->tunnel)
		once_there.packets[right->tunnel] = 1;
	must(!memcmp(&kernel.tunnelled, &once_there, sizeof(once_there)));
	if (right->feed) {
		must(!memcmp(feed, &once, sizeof(once)));
		*feed = (struct sw_counter){ 0 };
	}
	must(!memcmp(kernel.feed, no_feed, sizeof(no_feed)));
}

static bool same_address(const __u8 *bytes, __u8 family, sw_u128 address)
{
	int i;

	for (i = sw_family_bits(family) / 8 - 1; i >= 0; i--, address >>= 8) {
		if (bytes[i] != (__u8)address)
			return false;
	}
	return true;
}

/* What the program had to read to its end, an event tells. */
static bool was_followed(enum sw_reason reason)
{
	return reason == SW_ZOMBIE_FEED || reason == SW_ZOMBIE_LIVE || reason == SW_RATE_LIMIT ||
	       reason == SW_ZOMBIE_FRAGMENT || reason == SW_TINY_FRAGMENT || reason == SW_BOUNCE;
}

static sw_u128 mapped(sw_u128 address)
{
	return (sw_u128)0xffff << 32 | address;
}

/* The packet that decided, with the addresses by which it is known. */
static struct sw_decoded known_packet(const struct frame *frame, enum sw_role role,
				      const struct sw_judgement *right)
{
	struct sw_decoded outer = sw_decode(frame->at, frame->size), packet;
	struct sw_unwrapped unwrapped;

	if (!right->inside)
		return outer;
	unwrapped = sw_unwrap(&outer, SW_TUNNELS_OPENED, role);
	packet = unwrapped.inner;
	if (unwrapped.kind != SW_TUNNEL_4IN6 || (role != SW_ACCESS && right->reason != SW_CNC_SRC))
		return packet;
	packet.family = SW_IPV6;
	packet.src = role == SW_ACCESS ? outer.src : mapped(packet.src);
	packet.dst = role == SW_ACCESS ? mapped(packet.dst) : outer.dst;
	return packet;
}

static void check_event(const struct frame *frame, const struct sw_judgement *right)
{
	struct sw_decoded packet = known_packet(frame, right->role, right);
	const struct sw_event *event = &kernel.event;
	const __u8 *tcp = packet.payload.at;

	must(kernel.events == 1);
	must(event->record.type == SW_RECORD_VERDICT && event->record.size == sizeof(*event));
	must(event->time_ns == kernel.now_us * 1000 && event->length == frame->size);
	must(event->interface == INTERFACE && event->role == right->role);
	must(event->family == packet.family && event->reason == right->reason);
	must(event->feed == right->feed && event->verdict == right->verdict);
	must(same_address(event->src, packet.family, packet.src));
	must(same_address(event->dst, packet.family, packet.dst));
	if (!was_followed(right->reason))
		return;
	must(event->protocol == packet.protocol && event->fragment == packet.fragment);
	if (packet.fragment == SW_LATER || right->reason == SW_TINY_FRAGMENT)
		must(!event->sport && !event->dport);
	else
		must(event->sport == (tcp[0] << 8 | tcp[1]) &&
		     event->dport == (tcp[2] << 8 | tcp[3]));
}

static void check_sent(const struct frame *frame, const struct sw_judgement *right)
{
	static __u8 should[ARENA_SIZE];

	memcpy(should, frame->at, frame->size);
	if (right->verdict == SW_REPLY)
		sw_reply_write(should, frame->size, right->reset);
	must(!memcmp(kernel.sent, should, frame->size));
}

static void check_frame(const struct frame *frame, enum sw_role role)
{
	int action = kernel_receive(role, frame->at, frame->size, frame->readable);
	struct sw_judgement right;

	must(action == XDP_PASS || action == XDP_DROP);
	right = sw_model_judge(&model, role, frame->at, frame->size, kernel.now_us * 1000);
	must(action == (right.verdict == SW_DROP ? XDP_DROP : XDP_PASS));
	check_sent(frame, &right);
	if (frame->readable == frame->size || frame->readable >= FIRST_BUFFER_MIN)
		check_counters(&right);
	if (right.verdict == SW_PASS)
		must(!kernel.events);
	else
		check_event(frame, &right);
}

/* The same with a VLAN tag more, which is a way of its own to the same state; where VLANs have
 * roles, mostly to that of one of these. */
static struct frame tagged(const struct frame *frame)
{
	static __u8 copy[ARENA_SIZE / 2 + TAG_SIZE];
	__u16 vid = SW_VID_ACCESS + frame->size % 4;
	const __u8 tag[TAG_SIZE] = { 0x81, 0, vid >> 8, vid };

	memcpy(copy, frame->at, 2 * ETH_ALEN);
	memcpy(copy + 2 * ETH_ALEN, tag, TAG_SIZE);
	memcpy(copy + 2 * ETH_ALEN + TAG_SIZE, frame->at + 2 * ETH_ALEN,
	       frame->size - 2 * ETH_ALEN);
	return (struct frame){ copy, frame->size + TAG_SIZE, frame->size + TAG_SIZE };
}

/* The programs of a NIC on which all is looked for that can be, or those of a plain one. */
static void receive(const struct frame *frame, __u8 how, bool all)
{
	static const __u64 rhythm_us[] = { 0, SECOND_US / 50, SECOND_US / 4, SECOND_US };
	int times = 1 + (how >> 4 & 7), i;
	bool mixed = how & 0x80 && frame->readable == frame->size;
	struct frame other;

	if (mixed)
		other = tagged(frame);
	world.monitor = settings->monitor = !all && how >> 1 & 1;
	world.monitor_nic = all && how >> 1 & 1;
	settings->monitor_interfaces = (__u64)world.monitor_nic << INTERFACE | 1 << OTHER_INTERFACE;
	sw_model_init(&model, &world);
	model.forgetful = true; /* the kernel's again_window is 0 */
	model.tunnels = all;
	model.opened_tunnels = SW_TUNNELS_OPENED;
	model.no_vlans = !all;
	kernel_tunnels(all);
	kernel_vlans(all);
	kernel_forget();
	for (i = 0; i < times; i++) {
		kernel.now_us = START_US + i * rhythm_us[how >> 2 & 3];
		check_frame(mixed && i % 2 ? &other : frame, how & 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	__u8 how = take8(&input);
	__u32 readable = take(&input, 2);
	struct frame frame = { input.at, input.size, readable - 1 };

	if (input.size < ETH_HLEN || input.size > ARENA_SIZE / 2)
		return 0; /* no driver delivers it */
	if (!readable || frame.readable > frame.size)
		frame.readable = frame.size;
	receive(&frame, how, false);
	receive(&frame, how, true);
	return 0;
}
