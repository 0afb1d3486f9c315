// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/gate.h"
#include "policy/compile.h"
#include "policy/settings.h"
#include "table4.h"

#define BATCH 65536

void bench_die(const char *what)
{
	fprintf(stderr, "packet: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* xorshift64* (Vigna, 2016). */
__u64 bench_random(void)
{
	static __u64 state = 0x9e3779b97f4a7c15ULL;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

static __u32 below(__u32 limit)
{
	return (bench_random() >> 32) * limit >> 32;
}

/* 70% /32, 15% /24, 10% /25 to /31, 5% shorter, anywhere: real lists are kinder,
 * for what they list lies together. */
static __u8 draw_length4(void)
{
	__u32 draw = below(100);

	if (draw < 70)
		return 32;
	if (draw < 85)
		return 24;
	return draw < 95 ? 25 + below(7) : 16 + below(8);
}

static __u8 draw_length6(void)
{
	static const __u8 length[] = { 32, 40, 44, 48, 48, 48, 56, 64, 64, 64, 128, 128 };

	return length[below(sizeof(length))];
}

static void list_prefix(struct bench_world *world, enum sw_kind kind, struct sw_prefix prefix)
{
	sw_prefix_clear_host_bits(&prefix);
	if (sw_rule_list_add(&world->rules.kind[kind], &prefix, kind == SW_KIND_ZOMBIE))
		bench_die("rules");
}

/* In 20,000 /32s of 2000::/4. */
static struct sw_prefix draw_prefix6(__u8 length)
{
	__u32 top = 0x20000000 + (below(20000) * 2654435761U & 0x0fffffff);

	return (struct sw_prefix){
		.family = SW_IPV6,
		.length = length,
		.address = (sw_u128)top << 96 | (sw_u128)(__u32)bench_random() << 64 |
			   bench_random(),
	};
}

static void draw_rules(struct bench_world *world)
{
	struct sw_prefix prefix = { .family = SW_IPV4 };
	size_t i;

	world->rules.feeds = 2;
	for (i = 0; i < world->prefixes; i++) {
		prefix.address = (__u32)bench_random();
		prefix.length = draw_length4();
		list_prefix(world, SW_KIND_CNC, prefix);
	}
	prefix.length = 32;
	for (i = 0; i < world->prefixes / 4; i++) {
		prefix.address = (__u32)bench_random();
		list_prefix(world, SW_KIND_ZOMBIE, prefix);
		list_prefix(world, SW_KIND_CNC, draw_prefix6(draw_length6()));
		list_prefix(world, SW_KIND_ZOMBIE, draw_prefix6(64));
	}
	if (sw_rules_sort(&world->rules) || sw_compile_measure(&world->rules, &world->layout))
		bench_die("compile");
}

void bench_world_limit(struct bench_world *world, __u32 burst)
{
	struct sw_settings *settings = &world->generation.policy->settings;
	struct sw_tick tick = sw_tick_live();
	struct sw_rate *rate = &settings->rate[SW_ACCESS];

	rate->interval = sw_ticks(&tick, 2000000000ULL);
	rate->tolerance = (burst - 1) * rate->interval;
	settings->horizon = (burst + 1) * rate->interval;
}

static void publish(struct bench_world *world)
{
	const struct sw_seed seed = { .mul = { 0x9e3779b1, 0x85ebca6b },
				      .xor = { 0x12345678, 0x9abcdef0 },
				      .key = { 0x9e3779b97f4a7c15, 77, 0xbf58476d1ce4e5b9, 99 } };
	const struct sw_datapath_options options = { .layout = &world->layout,
						     .seed = &seed,
						     .role = SW_ACCESS };
	static const __u8 slot[SW_MAX_FEEDS] = { 1, 2 };
	struct sw_error error = {};
	struct sw_settings *settings;
	__u32 zero = 0;

	if (sw_datapath_load(&options, &world->datapath, &error) ||
	    sw_generation_create(&world->layout, &world->generation, &error)) {
		fprintf(stderr, "packet: %s\n", error.text);
		exit(1);
	}
	settings = &world->generation.policy->settings;
	settings->ports = 1;
	settings->port[0] = 25;
	settings->source_mask_hi = ~0ULL;
	settings->feed[1].kind = SW_KIND_CNC;
	settings->feed[2].kind = SW_KIND_ZOMBIE;
	bench_world_limit(world, 10);
	if (sw_compile_write(&world->rules, slot, &world->layout, world->generation.policy))
		bench_die("compile");
	sw_gate_narrow(&world->datapath->bss->gate, world->generation.policy);
	if (bpf_map_update_elem(bpf_map__fd(world->datapath->maps.policy), &zero,
				&world->generation.fd, BPF_ANY))
		bench_die("publish");
}

/* `keys`: `count` of `size` bytes. */
static void fill(int fd, const void *keys, size_t count, size_t size, const void *values)
{
	size_t done;
	__u32 batch;

	for (done = 0; done < count; done += batch) {
		batch = count - done < BATCH ? count - done : BATCH;
		if (bpf_map_update_batch(fd, (const char *)keys + done * size, values, &batch, NULL))
			bench_die("batch");
	}
}

static void fill_trie4(const struct bench_world *world, const void *values)
{
	const struct sw_rule_list *list = &world->rules.kind[SW_KIND_CNC];
	struct { __u32 length, address; } *key = calloc(list->v4_count, sizeof(*key));
	size_t i;

	if (!key)
		bench_die("memory");
	for (i = 0; i < list->v4_count; i++) {
		key[i].length = sw_rule4_length(list->v4[i]);
		key[i].address = htonl(sw_rule4_address(list->v4[i]));
	}
	fill(bpf_map__fd(world->tries->maps.trie4), key, list->v4_count, sizeof(*key), values);
	free(key);
}

static void fill_trie6(const struct bench_world *world, const void *values)
{
	const struct sw_rule_list *list = &world->rules.kind[SW_KIND_CNC];
	struct { __u32 length, address[4]; } *key = calloc(list->v6_count, sizeof(*key));
	size_t i;

	if (!key)
		bench_die("memory");
	for (i = 0; i < list->v6_count; i++) {
		key[i].length = list->v6[i].length;
		key[i].address[0] = htonl(list->v6[i].hi >> 32);
		key[i].address[1] = htonl(list->v6[i].hi);
		key[i].address[2] = htonl(list->v6[i].lo >> 32);
		key[i].address[3] = htonl(list->v6[i].lo);
	}
	fill(bpf_map__fd(world->tries->maps.trie6), key, list->v6_count, sizeof(*key), values);
	free(key);
}

/* xdp-filter knows exact addresses only: of each prefix it gets one. As shipped
 * it holds 10,000; here its map is made larger. Of a value the upper bits say
 * which direction is filtered: all. */
static int load_filter(const struct bench_world *world, const void *values)
{
	const struct sw_rule_list *list = &world->rules.kind[SW_KIND_CNC];
	__u32 *key = calloc(list->v4_count, sizeof(*key));
	struct bpf_object *object;
	struct bpf_program *program;
	struct bpf_map *map;
	size_t i;

	object = bpf_object__open_file(BENCH_XDP_FILTER, NULL);
	if (!object || !key) {
		fprintf(stderr, "packet: without xdp-filter, which is not installed\n");
		free(key);
		return -1;
	}
	for (i = 0; i < list->v4_count; i++)
		key[i] = htonl(sw_rule4_address(list->v4[i]));
	bpf_object__for_each_map(map, object)
		bpf_map__set_pin_path(map, NULL);
	map = bpf_object__find_map_by_name(object, "filter_ipv4");
	program = bpf_object__next_program(object, NULL);
	bpf_program__set_flags(program, BPF_F_XDP_HAS_FRAGS);
	if (!map || bpf_map__set_max_entries(map, world->prefixes + 1) || bpf_object__load(object))
		bench_die("xdp-filter");
	fill(bpf_map__fd(map), key, list->v4_count, sizeof(*key), values);
	free(key);
	return bpf_program__fd(program);
}

static void make_peers(struct bench_world *world)
{
	int cpus = libbpf_num_possible_cpus();
	__u64 *values;

	world->tries = peers_bpf__open_and_load();
	values = calloc(BATCH, cpus * sizeof(*values));
	if (!world->tries || !values)
		bench_die("tries");
	fill_trie4(world, values);
	fill_trie6(world, values);
	memset(values, 0xff, BATCH * cpus * sizeof(*values));
	world->filter = load_filter(world, values);
	free(values);
}

void bench_world_make(struct bench_world *world, size_t prefixes, bool peers)
{
	world->prefixes = prefixes;
	world->filter = -1;
	draw_rules(world);
	publish(world);
	if (peers)
		make_peers(world);
}

static bool is_listed4(const struct bench_world *world, __u32 address)
{
	const struct sw_policy *policy = world->generation.policy;

	return sw_table4_lookup(policy, &world->layout, SW_SET_CNC, address) ||
	       sw_table4_lookup(policy, &world->layout, SW_SET_MAIL, address);
}

__u32 bench_clean4(const struct bench_world *world, bool touched)
{
	const struct sw_table4 *table = &world->generation.policy->v4[SW_SET_CNC];
	__u32 address;

	do {
		address = bench_random();
	} while (is_listed4(world, address) ||
		 (touched && !(sw_table4_touched(table, address) & 1)));
	return address;
}

__u32 bench_listed4(const struct bench_world *world, enum sw_kind kind)
{
	const struct sw_rule_list *list = &world->rules.kind[kind];
	__u64 rule;
	__u32 address;

	do { /* C&C comes first */
		rule = list->v4[below(list->v4_count)];
		address = sw_rule4_address(rule);
		address += (__u32)bench_random() & ((1ULL << (32 - sw_rule4_length(rule))) - 1);
	} while (kind == SW_KIND_ZOMBIE && sw_table4_lookup(world->generation.policy, &world->layout,
							    SW_SET_CNC, address));
	return address;
}

static bool is_listed6(const struct bench_world *world, struct sw_in6 address, enum sw_set set)
{
	return sw_table6_lookup(world->generation.policy, &world->layout, set, address);
}

struct sw_in6 bench_clean6(const struct bench_world *world)
{
	struct sw_in6 address;

	do {
		address.hi = 0x2000000000000000ULL | bench_random() >> 4;
		address.lo = bench_random();
	} while (is_listed6(world, address, SW_SET_CNC) || is_listed6(world, address, SW_SET_MAIL));
	return address;
}

struct sw_in6 bench_listed6(const struct bench_world *world, enum sw_kind kind)
{
	const struct sw_rule_list *list = &world->rules.kind[kind];
	struct sw_in6 address;
	size_t i;

	do {
		i = below(list->v6_count);
		address = (struct sw_in6){ list->v6[i].hi, list->v6[i].lo };
	} while (kind == SW_KIND_ZOMBIE && is_listed6(world, address, SW_SET_CNC));
	return address;
}
