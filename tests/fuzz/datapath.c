// SPDX-License-Identifier: GPL-2.0
/*
 * The datapath itself, compiled for the host, on any frame: against the model
 * that judges the packet tests, with every counter and event it leaves. The
 * input is an octet that says in which role, mode and rhythm the frame comes,
 * one that says how much of it stands in the first buffer, then the frame.
 */
#include "spamweir.bpf.c"

#include <sanitizer/asan_interface.h>

#include "cast.h"
#include "compile.h"
#include "constants.h"
#include "decode.h"
#include "fuzz.h"

#define SECOND_NS 1000000000ULL
#define START_NS (1000 * SECOND_NS)
#define INTERFACE 5

/* The context has 32 bits for an address. */
#define ARENA ((__u8 *)0x10000000)
#define ARENA_SIZE (1 << 17)
#define IP_ALIGN 2 /* in front of a frame, as drivers have it: IP stands on a word */
#define FIRST_BUFFER_MIN (SW_SURELY_WHOLE + 1) /* of several */

static struct sw_world world;
static struct sw_model model;
static struct sw_settings *settings;

/* What stands behind the maps. */
static struct {
	struct sw_policy *policy;
	struct sw_limiter *limiter;
	struct sw_gate gate;
	struct sw_live_key key[SW_WORLD_LIVES];
	struct sw_live live[SW_WORLD_LIVES];
	struct sw_counters counters[SW_MAX_INTERFACES];
	struct sw_counter feed[SW_MAX_FEEDS];
	struct sw_event_budget budget;
	struct sw_event event;
	int events;
} kernel;

static void *look_up_live(const struct sw_live_key *key)
{
	size_t i;

	for (i = 0; i < world.lives; i++) {
		if (!memcmp(key, &kernel.key[i], sizeof(*key)))
			return &kernel.live[i];
	}
	return NULL;
}

void *bpf_map_lookup_elem(void *map, const void *key)
{
	__u32 index;

	if (map == &live)
		return look_up_live(key);
	memcpy(&index, key, sizeof(index));
	if (map == &counters)
		return index < SW_MAX_INTERFACES ? &kernel.counters[index] : NULL;
	if (map == &feed_counters)
		return index < SW_MAX_FEEDS ? &kernel.feed[index] : NULL;
	must(index == 0);
	if (map == &policy)
		return kernel.policy;
	if (map == kernel.policy) /* the generation's only value */
		return kernel.policy;
	if (map == &limiter)
		return kernel.limiter;
	if (map == &gate)
		return &kernel.gate;
	must(map == &event_budget);
	return &kernel.budget;
}

__u64 bpf_jiffies64(void)
{
	return offline_clock_ns / 4000000;
}

__u64 bpf_ktime_get_boot_ns(void)
{
	return offline_clock_ns;
}

/* Of the frame in the arena. */
static __u32 frame_size;

__u64 bpf_xdp_get_buff_len(struct xdp_md *ctx)
{
	(void)ctx;
	return frame_size;
}

void *bpf_ringbuf_reserve(void *ring, __u64 size, __u64 flags)
{
	must(ring == &events && size == sizeof(kernel.event) && !flags);
	return &kernel.event;
}

void bpf_ringbuf_submit(void *data, __u64 flags)
{
	must(data == &kernel.event && !flags);
	kernel.events++;
}

static struct sw_live_key live_key(const struct sw_world_live *entry)
{
	sw_u128 value = entry->family == SW_IPV4 ?
				(sw_u128)0xffff << 32 | entry->address :
				sw_mask(entry->address, 128, world.source_prefix);
	struct sw_live_key key;
	int i;

	for (i = 15; i >= 0; i--, value >>= 8)
		key.address[i] = value;
	return key;
}

static void write_live(void)
{
	size_t i;

	for (i = 0; i < world.lives; i++) {
		const struct sw_world_live *entry = &world.live[i];
		sw_u128 value;
		__u32 bit;

		kernel.key[i] = live_key(entry);
		kernel.live[i].until_ns = entry->until_ns;
		value = entry->family == SW_IPV4 ?
				(sw_u128)0xffff << 32 | entry->address :
				sw_mask(entry->address, 128, world.source_prefix);
		bit = sw_gate_bit(value >> 64, value);
		kernel.gate.word[bit / 64] |= 1ULL << bit % 64;
	}
}

static struct sw_rate rate_of(const struct sw_world_rate *rate)
{
	return (struct sw_rate){ rate->interval_us, (rate->burst - 1) * rate->interval_us };
}

static void write_settings(void)
{
	sw_u128 mask = sw_mask(~(sw_u128)0, 128, world.source_prefix);
	size_t i;

	settings->ports = world.ports;
	memcpy(settings->port, world.port, sizeof(settings->port));
	settings->source_mask_hi = mask >> 64;
	settings->source_mask_lo = mask;
	settings->horizon = world.slack_us;
	for (i = 0; i < SW_ROLES; i++) {
		settings->rate[i] = rate_of(&world.rate[i]);
		settings->horizon += world.rate[i].burst * world.rate[i].interval_us;
	}
	for (i = 0; i < world.feeds; i++)
		settings->kind[world.feed[i].slot] = world.feed[i].kind;
}

static void write_tables(struct sw_layout *need)
{
	struct sw_rules *rules = calloc(1, sizeof(*rules));
	__u8 slot[SW_MAX_FEEDS] = {};
	size_t i;

	must(rules);
	for (i = 0; i < world.feeds; i++)
		slot[i] = world.feed[i].slot;
	for (i = 0; i < world.entries; i++) {
		const struct sw_world_entry *entry = &world.entry[i];
		enum sw_kind kind = world.feed[entry->feed].kind;

		must(!sw_rule_list_add(&rules->kind[kind], &entry->prefix, entry->feed));
	}
	must(!sw_rules_sort(rules));
	must(!sw_compile_measure(rules, need));
	kernel.policy = calloc(1, sw_policy_size(need));
	must(kernel.policy);
	must(!sw_compile_write(rules, slot, need, kernel.policy));
	sw_rules_free(rules);
}

static void load(const struct sw_layout *need)
{
	const struct sw_seed keys = {
		.mul = { 0x9e3779b1, 0x85ebca77 },
		.xor = { 0x12345678, 0x9abcdef0 },
		.key = { 0x9e3779b97f4a7c15, 42, 0xbf58476d1ce4e5b9, 43 },
	};
	const __u32 number = INTERFACE;
	const __u8 yes = 1;

	set_constant(&layout, need, sizeof(*need));
	set_constant(&seed, &keys, sizeof(keys));
	set_constant(&interface, &number, sizeof(number));
	set_constant(&offline, &yes, sizeof(yes));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sw_layout need;

	(void)argc, (void)argv;
	sw_world_init(&world);
	sw_cast(&world, START_NS);
	world.port[world.ports++] = 587;
	world.rate[SW_ACCESS] = (struct sw_world_rate){ .interval_us = 500000, .burst = 3 };
	world.rate[SW_UPSTREAM] = (struct sw_world_rate){ .interval_us = 20000, .burst = 1 };
	write_tables(&need);
	settings = &kernel.policy->settings;
	write_settings();
	write_live();
	load(&need);
	must(mmap(ARENA, ARENA_SIZE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == ARENA);
	kernel.limiter = mmap(NULL, sizeof(*kernel.limiter), PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	must(kernel.limiter != MAP_FAILED);
	return 0;
}

static void begin(void)
{
	sw_model_init(&model, &world);
	must(!madvise(kernel.limiter, sizeof(*kernel.limiter), MADV_DONTNEED));
}

/* What is behind the first buffer cannot be read. */
static struct xdp_md lay_out(const __u8 *frame, __u32 size, __u32 readable)
{
	__u8 *at = ARENA + IP_ALIGN;

	__asan_unpoison_memory_region(ARENA, ARENA_SIZE);
	memcpy(at, frame, readable);
	__asan_poison_memory_region(at + readable, ARENA_SIZE - IP_ALIGN - readable);
	frame_size = size;
	return (struct xdp_md){ .data = (uintptr_t)at, .data_end = (uintptr_t)at + readable };
}

static int run(struct xdp_md *ctx, enum sw_role role)
{
	memset(kernel.counters, 0, sizeof(kernel.counters));
	memset(kernel.feed, 0, sizeof(kernel.feed));
	offline_reason = offline_feed = ~0;
	return role == SW_ACCESS ? spamweir_access(ctx) : spamweir_upstream(ctx);
}

/* One packet in one cell, and nothing elsewhere. */
static void check_counters(__u8 family, bool monitored)
{
	const struct sw_counter right = { 1, frame_size };
	struct sw_counter *cell =
		&kernel.counters[INTERFACE].cell[monitored][family][offline_reason];
	struct sw_counter *feed = &kernel.feed[offline_feed];
	static const struct sw_counters none[SW_MAX_INTERFACES];
	static const struct sw_counter no_feed[SW_MAX_FEEDS];

	must(!memcmp(cell, &right, sizeof(right)));
	*cell = (struct sw_counter){ 0 };
	must(!memcmp(kernel.counters, none, sizeof(none)));
	if (offline_feed)
		must(!memcmp(feed, &right, sizeof(right)));
	*feed = (struct sw_counter){ 0 };
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
static bool was_followed(void)
{
	switch (offline_reason) {
	case SW_ZOMBIE_FEED:
	case SW_ZOMBIE_LIVE:
	case SW_RATE_LIMIT:
	case SW_ZOMBIE_FRAGMENT:
		return true;
	}
	return false;
}

static void check_event_packet(const struct sw_event *event, const struct sw_decoded *right)
{
	const __u8 *tcp = right->payload.at;

	must(same_address(event->src, right->family, right->src));
	must(same_address(event->dst, right->family, right->dst));
	if (!was_followed())
		return;
	must(event->protocol == right->protocol && event->fragment == right->fragment);
	if (offline_reason == SW_ZOMBIE_FRAGMENT)
		must(!event->sport && !event->dport);
	else
		must(event->sport == (tcp[0] << 8 | tcp[1]) &&
		     event->dport == (tcp[2] << 8 | tcp[3]));
}

static void check_event(struct xdp_md *ctx, const __u8 *frame, enum sw_role role,
			enum sw_verdict verdict)
{
	struct sw_decoded right = sw_decode(frame, frame_size);
	const struct sw_event *event = &kernel.event;

	memset(&kernel.event, 0x5a, sizeof(kernel.event));
	kernel.events = 0;
	must(!sw_report(ctx, SW_DECISION(offline_reason, right.family, offline_feed), role,
			verdict));
	must(kernel.events == 1);
	must(event->time_ns == offline_clock_ns && event->length == frame_size);
	must(event->interface == INTERFACE && event->role == role);
	must(event->family == right.family && event->reason == offline_reason);
	must(event->feed == offline_feed && event->verdict == verdict);
	check_event_packet(event, &right);
}

/* Whether the program said what is right. In a frame of several buffers it may
 * say that it could not follow. */
static bool check_frame(const __u8 *frame, __u32 size, __u32 readable, enum sw_role role)
{
	struct xdp_md ctx = lay_out(frame, size, readable);
	struct sw_judgement right =
		sw_model_judge(&model, role, frame, size, offline_clock_ns);
	int action = run(&ctx, role);

	if (readable < size && offline_reason == SW_EXT_HEADER_LIMIT)
		return false;
	must(offline_reason == (__u32)right.reason && offline_feed == right.feed);
	must(action == (right.verdict == SW_DROP ? XDP_DROP : XDP_PASS));
	check_counters(right.family, right.verdict == SW_WOULD_DROP);
	if (right.verdict != SW_PASS)
		check_event(&ctx, frame, role, right.verdict);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const __u64 rhythm_ns[] = { 0, SECOND_NS / 50, SECOND_NS / 3, SECOND_NS };
	struct input input = { data, size };
	__u8 how = take8(&input);
	__u32 readable = FIRST_BUFFER_MIN + 8 * take8(&input);
	int times = 1 + (how >> 4), i;

	if (input.size < ETH_HLEN || input.size > ARENA_SIZE / 2)
		return 0; /* no driver delivers it */
	if (readable > input.size)
		readable = input.size;
	world.monitor = settings->monitor = how >> 1 & 1;
	begin();
	for (i = 0; i < times; i++) {
		offline_clock_ns = START_NS + i * rhythm_ns[how >> 2 & 3];
		if (!check_frame(input.at, input.size, readable, how & 1))
			break;
	}
	return 0;
}
