// SPDX-License-Identifier: GPL-2.0
/*
 * Revisions without a product.c of their own are compiled with this one too:
 * where they differ, it tells by __has_include and SW_ABI_VERSION.
 */
#include "product.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if __has_include("kernel/datapath.h")
#include "kernel/datapath.h"
#include "policy/compile.h"
#include "policy/rules.h"
#include "policy/settings.h"
#else
#include "compile.h"
#include "datapath.h"
#include "rules.h"
#include "settings.h"
#endif
#if __has_include("kernel/generation.h")
#include "kernel/generation.h"
#endif
#if __has_include("kernel/gate.h")
#include "kernel/gate.h"
#endif
#if __has_include("policy/suspect_limits.h")
#include "config/suspects.h"
#include "policy/suspect_limits.h"
#endif
#if __has_include("policy/rules_sort.h")
#include "policy/rules_sort.h"
#endif
#if __has_include("maps/conduct.h")
#include "kernel/state.h"
#include "unnoted.skel.h"
#include "vlan_roles.h"
#endif
#include "spamweir.skel.h"

struct bench_product {
	struct sw_layout layout;
	struct sw_generation generation;
	struct spamweir_bpf *datapath;
};

static const enum sw_kind kinds[BENCH_KINDS] = { SW_KIND_CNC, SW_KIND_ZOMBIE };
static const __u8 slots[SW_MAX_FEEDS] = { 1, 2 }; /* by feed */

static void add_list(const struct bench_list *list, __u8 feed, struct sw_rules *rules)
{
	const __u8 family = list->ipv6 ? SW_IPV6 : SW_IPV4;
	struct sw_prefix prefix;
	size_t i;

	for (i = 0; i < list->count; i++) {
		prefix = (struct sw_prefix){
			.family = family,
			.length = list->prefix[i].length,
			.address = list->prefix[i].address >> (list->ipv6 ? 0 : 96),
		};
		if (sw_rule_list_add(&rules->kind[kinds[feed]], &prefix, feed))
			bench_die("rules");
	}
}

static void load(struct bench_product *product)
{
	const struct sw_seed seed = { .mul = { 0x9e3779b1, 0x85ebca6b },
				      .xor = { 0x12345678, 0x9abcdef0 },
				      .key = { 0x9e3779b97f4a7c15, 77, 0xbf58476d1ce4e5b9, 99 } };
	const struct sw_datapath_options options = { .layout = &product->layout,
						     .seed = &seed,
						     .role = SW_ACCESS };
	struct sw_error error = {};

	if (sw_datapath_load(&options, &product->datapath, &error) ||
	    sw_generation_create(&product->layout, &product->generation, &error)) {
		fprintf(stderr, "packet: %s\n", error.text);
		exit(1);
	}
}

/* Up to version 2, bits stood in the generation alone. */
#if SW_ABI_VERSION < 3
static void set_feed(struct sw_settings *settings, __u8 feed)
{
	settings->kind[slots[feed]] = kinds[feed];
}

static void open_gate(struct bench_product *product)
{
	product->generation.policy->settings.port_bits = sw_port_bit(25);
}
#else
static void set_feed(struct sw_settings *settings, __u8 feed)
{
	settings->feed[slots[feed]].kind = kinds[feed];
#if __has_include("policy/standings.h")
	settings->standing[slots[feed]] =
		(struct sw_standing){ .feed = slots[feed], .kind = kinds[feed] };
#endif
}

static void open_gate(struct bench_product *product)
{
	sw_gate_narrow(&product->datapath->bss->gate, product->generation.policy);
}
#endif

static void set(struct bench_product *product)
{
	struct sw_settings *settings = &product->generation.policy->settings;
	__u8 feed;

	settings->ports = 1;
	settings->port[0] = 25;
	settings->source_mask_hi = ~0ULL;
	for (feed = 0; feed < BENCH_KINDS; feed++)
		set_feed(settings, feed);
	bench_product_limit(product, 10);
}

struct bench_product *bench_product_load(const struct bench_lists *lists)
{
	struct bench_product *product = bench_alloc(1, sizeof(*product));
	struct sw_rules rules = { .feeds = BENCH_KINDS };
	__u32 zero = 0;
	__u8 feed;

	for (feed = 0; feed < BENCH_KINDS; feed++) {
		add_list(&lists->v4[feed], feed, &rules);
		add_list(&lists->v6[feed], feed, &rules);
	}
	if (sw_rules_sort(&rules) || sw_compile_measure(&rules, &product->layout))
		bench_die("compile");
	load(product);
	set(product);
	if (sw_compile_write(&rules, slots, &product->layout, product->generation.policy))
		bench_die("compile");
	open_gate(product);
	if (bpf_map_update_elem(bpf_map__fd(product->datapath->maps.policy), &zero,
				&product->generation.fd, BPF_ANY))
		bench_die("publish");
	return product;
}

int bench_product_program(const struct bench_product *product)
{
	return sw_datapath_program(product->datapath);
}

/* The generation is not frozen: it can be changed under the program. */
void bench_product_limit(struct bench_product *product, __u32 burst)
{
	struct sw_settings *settings = &product->generation.policy->settings;
	struct sw_tick tick = sw_tick_live();
	struct sw_rate *rate = &settings->rate[SW_ACCESS];

	rate->interval = sw_ticks(&tick, 2000000000ULL);
	rate->tolerance = (burst - 1) * rate->interval;
	settings->horizon = (burst + 1) * rate->interval;
}

#if __has_include("maps/conduct.h")
#define TRUNK_ACCESS 10 /* VIDs */
#define TRUNK_UPSTREAM 11

/* The maps of what is loaded, for another program. */
static void find_maps(const struct bench_product *product, int *map)
{
	int i;

	for (i = 0; i < SW_MAPS; i++) {
		map[i] = sw_datapath_map(product->datapath, i);
		if (map[i] < 0)
			bench_die("maps");
	}
}

static int load_variant(const struct bench_product *product, const int *map,
			enum bench_variant variant)
{
	static __u8 vlans[SW_VLAN_BYTES];
	struct sw_seed seed = *(const struct sw_seed *)&product->datapath->rodata->seed;
	const struct sw_datapath_options options = {
		.layout = &product->layout,
		.seed = &seed,
		.role = SW_ACCESS,
		.vlans = variant == BENCH_TRUNK ? vlans : NULL,
		.tunnels = { variant == BENCH_TUNNELS, ~0U },
		.map = map,
	};
	struct spamweir_bpf *datapath;
	struct sw_error error = {};

	vlans[TRUNK_ACCESS / 4] |= SW_VLAN_ACCESS << 2 * (TRUNK_ACCESS % 4);
	vlans[TRUNK_UPSTREAM / 4] |= SW_VLAN_UPSTREAM << 2 * (TRUNK_UPSTREAM % 4);
	if (sw_datapath_load(&options, &datapath, &error)) {
		fprintf(stderr, "packet: %s\n", error.text);
		exit(1);
	}
	return sw_datapath_program(datapath);
}

static int load_unnoted(const struct bench_product *product, const int *map)
{
	struct unnoted_bpf *unnoted = unnoted_bpf__open();
	int i;

	_Static_assert(sizeof(*unnoted->rodata) == sizeof(*product->datapath->rodata),
		       "these are the same constants");
	if (!unnoted)
		bench_die("unnoted");
	memcpy(unnoted->rodata, product->datapath->rodata, sizeof(*unnoted->rodata));
	unnoted->rodata->again_window = 0;
	bpf_program__set_autoload(unnoted->progs.spamweir_upstream, false);
	bpf_program__set_autoload(unnoted->progs.spamweir_access_tunnels, false);
	bpf_program__set_autoload(unnoted->progs.spamweir_upstream_tunnels, false);
	for (i = 0; i < SW_MAPS; i++) {
		struct bpf_map *its = bpf_object__find_map_by_name(unnoted->obj, sw_map_object[i]);

		if (its && bpf_map__reuse_fd(its, map[i]))
			bench_die("unnoted");
	}
	if (unnoted_bpf__load(unnoted))
		bench_die("unnoted");
	return bpf_program__fd(unnoted->progs.spamweir_access);
}

int bench_product_variant(const struct bench_product *product, enum bench_variant variant)
{
	int map[SW_MAPS];

	find_maps(product, map);
	return variant == BENCH_UNNOTED ? load_unnoted(product, map)
					: load_variant(product, map, variant);
}

#define BRAKE_CLASS (SW_MAX_CLASSES - 1)

void bench_product_brake(struct bench_product *product, bool brakes)
{
	struct sw_settings *settings = &product->generation.policy->settings;
	__u8 slot = slots[BENCH_ZOMBIE_FEED];

	settings->rate[BRAKE_CLASS].interval = SW_RATE_CLOSED;
	settings->feed[slot].bounces = BRAKE_CLASS;
	settings->standing[slot].brake_feed = brakes ? slot : 0;
	settings->destinations = brakes ? 1 << SW_ACCESS : 0;
}

#if __has_include("policy/suspect_limits.h")
void bench_product_suspects(struct bench_product *product, bool suspects)
{
	struct sw_suspects_config config;

	sw_suspects_defaults(&config);
	product->generation.policy->settings.detection = (struct sw_detection){
		.limits = sw_suspect_limits(&config, SW_ACTION_REPORT),
		.max_listed = suspects ? config.max_listed : 0,
		.listed_ns = config.listed_s * 1000000000ULL,
		.settle = 4,
		.length = 64,
	};
	/* Whoever breaks one is a zombie from then on, and no connection of his is noted. */
	product->generation.policy->settings.detection.limits.servers = 129;
	product->generation.policy->settings.detection.limits.servers_answered = 129;
	product->generation.policy->settings.detection.limits.enough = ~0U;
}
#endif
#endif
