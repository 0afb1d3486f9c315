// SPDX-License-Identifier: GPL-2.0
/* From a world to what the programs judge by: generations and live zombies. */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kernel/gate.h"
#include "policy/bearers.h"
#include "policy/compile.h"
#include "policy/rules_sort.h"
#include "policy/standings.h"
#include "harness.h"
#include "spamweir.skel.h"

static int create_generation(struct sw_rig *rig)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	__u64 size = sw_policy_size(&rig->layout);

	rig->policy = NULL;
	rig->generation_fd =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, "generation", sizeof(__u32), size, 1, &options);
	if (rig->generation_fd < 0)
		return rig->generation_fd;
	rig->policy = sw_rig_map(rig->generation_fd, size);
	return rig->policy ? 0 : -errno;
}

void sw_rig_close_generation(struct sw_rig *rig)
{
	if (rig->policy)
		munmap(rig->policy, sw_policy_size(&rig->layout));
	if (rig->generation_fd >= 0)
		close(rig->generation_fd);
}

static int install_generation(struct sw_rig *rig)
{
	__u32 zero = 0;

	return bpf_map_update_elem(bpf_map__fd(rig->skel->maps.policy), &zero, &rig->generation_fd,
				   BPF_ANY);
}

int sw_rig_open_generation(struct sw_rig *rig)
{
	int err = create_generation(rig);

	return err ? err : install_generation(rig);
}

static void add_rules(struct sw_rules *rules, const struct sw_world *world, int *err)
{
	size_t i;

	for (i = 0; i < world->entries && !*err; i++) {
		const struct sw_world_entry *entry = &world->entry[i];

		*err = sw_rule_list_add(&rules->kind[world->feed[entry->feed].kind], &entry->prefix,
					entry->feed);
	}
}

static int write_tables(struct sw_rig *rig, const struct sw_world *world)
{
	struct sw_rules *rules = calloc(1, sizeof(*rules));
	__u8 slot[SW_MAX_FEEDS] = {};
	int err = 0;
	size_t i;

	if (!rules)
		return -ENOMEM;
	for (i = 0; i < world->feeds; i++)
		slot[i] = world->feed[i].slot;
	for (i = 0; i < world->feeds; i++) {
		rules->monitor[i] = world->feed[i].monitor;
		rules->to[i] = world->feed[i].to;
		if (world->feed[i].kind != SW_KIND_PROTECT)
			continue;
		rules->protect[i] = world->feed[i].unlimited ? 0 : 2 - rules->monitor[i];
		rules->brake[i] = world->feed[i].brakes ? 2 - rules->monitor[i] : 0;
	}
	rules->feeds = world->feeds;
	rules->feed = calloc(world->feeds + 1, sizeof(*rules->feed));
	if (!rules->feed)
		err = -ENOMEM;
	add_rules(rules, world, &err);
	if (!err)
		err = sw_rules_sort(rules);
	if (!err)
		err = sw_compile_write(rules, slot, &rig->layout, rig->policy);
	if (!err)
		sw_standings_fill(rules, slot, world->feeds, &rig->policy->settings);
	sw_rules_free(rules);
	return err;
}

/* Offline a tick is a microsecond. */
static struct sw_rate rate_ticks(const struct sw_world_rate *rate)
{
	return (struct sw_rate){
		.interval = rate->interval_us,
		.tolerance = rate->burst ? (rate->burst - 1) * rate->interval_us : 0,
	};
}

static __u64 reach(const struct sw_rate *rate)
{
	return rate->tolerance + rate->interval;
}

static __u8 set_class(struct sw_settings *settings, const struct sw_world *world, size_t class,
		      const struct sw_world_rate *rate, bool closed)
{
	struct sw_rate *set = &settings->rate[class];
	__u64 far;

	assert(class < SW_MAX_CLASSES);
	*set = rate_ticks(rate);
	far = reach(set) + world->slack_us;
	if (closed)
		set->interval = SW_RATE_CLOSED;
	else if (rate->interval_us && settings->horizon < far)
		settings->horizon = far;
	return class;
}

/* Two classes for each feed, in case that it has a limit, and one of bounces. */
static struct sw_feed_rule feed_rule(struct sw_settings *settings, const struct sw_world *world,
				     size_t i)
{
	const struct sw_world_feed *feed = &world->feed[i];
	struct sw_feed_rule rule = { .kind = feed->kind, .monitor = feed->monitor };

	rule.class = set_class(settings, world, SW_ROLES + 2 * i, &feed->rate, feed->closed);
	if (feed->brakes)
		rule.bounces = set_class(settings, world, SW_ROLES + 2 * i + 1, &feed->bounces,
					 feed->no_bounces);
	return rule;
}

static void write_settings(struct sw_rig *rig, const struct sw_world *world)
{
	static __u64 generations; /* by their numbers a packet knows whether it saw two */
	struct sw_settings *settings = &rig->policy->settings;
	sw_u128 mask = sw_mask(~(sw_u128)0, 128, world->source_prefix);
	size_t i;

	*settings = (struct sw_settings){
		.generation = ++generations,
		.monitor = world->monitor,
		.monitor_interfaces = (world->others & ~(1ULL << SW_RIG_INTERFACE)) |
				      (__u64)world->monitor_nic << SW_RIG_INTERFACE,
		.ports = world->ports,
		.destinations = (1 << SW_ROLES) - 1,
		.source_mask_hi = mask >> 64,
		.source_mask_lo = mask,
		.rate = { rate_ticks(&world->rate[SW_ACCESS]),
			  rate_ticks(&world->rate[SW_UPSTREAM]) },
	};
	sw_bearers_fill(world->nat64, world->nat64s, settings);
	for (i = 0; i < SW_ROLES; i++) {
		__u64 far = reach(&settings->rate[i]) + world->slack_us;

		if (settings->horizon < far)
			settings->horizon = far;
	}
	settings->detection.class =
		set_class(settings, world, SW_MAX_CLASSES - 1, &world->slow, false);
	for (i = 0; i < world->ports; i++)
		settings->port[i] = world->port[i];
	for (i = 0; i < world->feeds; i++)
		settings->feed[world->feed[i].slot] = feed_rule(settings, world, i);
}

static struct sw_live_key live_key(const struct sw_world *world, const struct sw_world_live *live)
{
	sw_u128 value = live->family == SW_IPV4 ? (sw_u128)0xffff << 32 | live->address
						: sw_mask(live->address, 128, world->source_prefix);
	struct sw_live_key key;
	int i;

	for (i = 15; i >= 0; i--, value >>= 8)
		key.address[i] = value;
	return key;
}

static void clear_live(int fd)
{
	struct sw_live_key key;

	while (!bpf_map_get_next_key(fd, NULL, &key))
		bpf_map_delete_elem(fd, &key);
}

static void open_gate(struct sw_gate *gate, const struct sw_live_key *key)
{
	__u64 half[2];
	__u32 bit;

	memcpy(half, key, sizeof(half));
	bit = sw_gate_live_bit(be64toh(half[0]), be64toh(half[1]));
	gate->live[bit / 64] |= 1ULL << bit % 64;
}

/* Of entries that the source prefix makes one, the one that ends last. */
static int write_live(struct sw_rig *rig, const struct sw_world *world)
{
	int fd = bpf_map__fd(rig->skel->maps.live);
	int err = 0;
	size_t i;

	clear_live(fd);
	memset(rig->gate->live, 0, sizeof(rig->gate->live));
	for (i = 0; i < world->lives && !err; i++) {
		struct sw_live_key key = live_key(world, &world->live[i]);
		struct sw_live value = {
			.until_ns = world->live[i].until_ns,
			.origin = world->live[i].slowed ? SW_ORIGIN_SLOWED : SW_ORIGIN_OPERATOR,
		}, old;

		if (!bpf_map_lookup_elem(fd, &key, &old) && old.until_ns > value.until_ns)
			continue;
		open_gate(rig->gate, &key);
		err = bpf_map_update_elem(fd, &key, &value, BPF_ANY);
	}
	return err;
}

int sw_rig_publish(struct sw_rig *rig, const struct sw_world *world)
{
	int err;

	memset(rig->policy, 0, sw_policy_size(&rig->layout));
	write_settings(rig, world);
	err = write_tables(rig, world);
	if (err)
		return err;
	sw_gate_narrow(rig->gate, rig->policy);
	sw_gate_be_exact(rig->gate, rig->policy);
	return write_live(rig, world);
}

int sw_rig_swap(struct sw_rig *rig, const struct sw_world *world)
{
	struct sw_rig old = *rig;
	int err = create_generation(rig);

	if (!err) {
		write_settings(rig, world);
		err = write_tables(rig, world);
	}
	if (!err) {
		sw_gate_widen(rig->gate, rig->policy);
		err = install_generation(rig);
	}
	if (!err) {
		sw_gate_narrow(rig->gate, rig->policy);
		err = install_generation(rig); /* for the grace period */
	}
	if (!err)
		sw_gate_be_exact(rig->gate, rig->policy);
	sw_rig_close_generation(err ? rig : &old);
	if (err)
		*rig = old;
	return err;
}
