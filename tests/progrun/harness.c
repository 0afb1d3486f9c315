// SPDX-License-Identifier: GPL-2.0
#include "harness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "compile.h"
#include "spamweir.skel.h"

#define UNSET 0xdeadbeef

static size_t map_bytes(size_t value_size)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (value_size + page - 1) / page * page;
}

static void *map_value(int fd, size_t value_size)
{
	void *at = mmap(NULL, map_bytes(value_size), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static int create_generation(struct sw_rig *rig)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	__u64 size = sw_policy_size(&rig->layout);

	rig->policy = NULL;
	rig->generation_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "generation", sizeof(__u32), size,
					    1, &options);
	if (rig->generation_fd < 0)
		return rig->generation_fd;
	rig->policy = map_value(rig->generation_fd, size);
	return rig->policy ? 0 : -errno;
}

static void close_generation(struct sw_rig *rig)
{
	if (rig->policy)
		munmap(rig->policy, map_bytes(sw_policy_size(&rig->layout)));
	if (rig->generation_fd >= 0)
		close(rig->generation_fd);
}

static int install_generation(struct sw_rig *rig)
{
	__u32 zero = 0;

	return bpf_map_update_elem(bpf_map__fd(rig->skel->maps.policy), &zero, &rig->generation_fd,
				   BPF_ANY);
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

static int load(struct sw_rig *rig)
{
	struct spamweir_bpf *skel;

	libbpf_set_print(quiet);
	skel = rig->skel = spamweir_bpf__open();
	if (!skel)
		return -errno;
	skel->rodata->layout = rig->layout;
	skel->rodata->seed = rig->seed;
	skel->rodata->interface = SW_RIG_INTERFACE;
	skel->rodata->offline = rig->offline;
	bpf_map__set_value_size(bpf_map__inner_map(skel->maps.policy), sw_policy_size(&rig->layout));
	return spamweir_bpf__load(skel);
}

static int open_rig(struct sw_rig *rig)
{
	int err = load(rig);

	if (err)
		return err;
	rig->program[SW_ACCESS] = bpf_program__fd(rig->skel->progs.spamweir_access);
	rig->program[SW_UPSTREAM] = bpf_program__fd(rig->skel->progs.spamweir_upstream);
	rig->limiter = map_value(bpf_map__fd(rig->skel->maps.limiter), sizeof(*rig->limiter));
	rig->gate = map_value(bpf_map__fd(rig->skel->maps.gate), sizeof(*rig->gate));
	rig->out = malloc(SW_FRAME_MAX);
	if (!rig->limiter || !rig->gate || !rig->out)
		return -ENOMEM;
	err = create_generation(rig);
	return err ? err : install_generation(rig);
}

int sw_rig_open(struct sw_rig *rig, bool offline)
{
	int err;

	*rig = (struct sw_rig){
		.offline = offline,
		.generation_fd = -1,
		.layout = { .leaves = 8192, .dirs = 1024, .bounds = 1 << 16 },
		.seed = {
			.mul = { 0x9e3779b1, 0x85ebca77 },
			.xor = { 0x12345678, 0x9abcdef0 },
			.key = { 0x9e3779b97f4a7c15, 42, 0xbf58476d1ce4e5b9, 43 },
		},
	};
	err = open_rig(rig);
	if (err)
		sw_rig_close(rig);
	return err;
}

void sw_rig_close(struct sw_rig *rig)
{
	close_generation(rig);
	if (rig->limiter)
		munmap(rig->limiter, map_bytes(sizeof(*rig->limiter)));
	if (rig->gate)
		munmap(rig->gate, map_bytes(sizeof(*rig->gate)));
	free(rig->out);
	spamweir_bpf__destroy(rig->skel);
	*rig = (struct sw_rig){ .generation_fd = -1 };
}

static void add_rules(struct sw_rules *rules, const struct sw_world *world, int *err)
{
	size_t i;

	for (i = 0; i < world->entries && !*err; i++) {
		const struct sw_world_entry *entry = &world->entry[i];

		*err = sw_rule_list_add(&rules->kind[world->feed[entry->feed].kind],
					&entry->prefix, entry->feed);
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
	add_rules(rules, world, &err);
	if (!err)
		err = sw_rules_sort(rules);
	if (!err)
		err = sw_compile_write(rules, slot, &rig->layout, rig->policy);
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

static void write_settings(struct sw_rig *rig, const struct sw_world *world)
{
	struct sw_settings *settings = &rig->policy->settings;
	sw_u128 mask = sw_mask(~(sw_u128)0, 128, world->source_prefix);
	size_t i;

	*settings = (struct sw_settings){
		.generation = 1,
		.monitor = world->monitor,
		.ports = world->ports,
		.source_mask_hi = mask >> 64,
		.source_mask_lo = mask,
		.rate = { rate_ticks(&world->rate[SW_ACCESS]),
			  rate_ticks(&world->rate[SW_UPSTREAM]) },
	};
	for (i = 0; i < SW_ROLES; i++) {
		__u64 far = reach(&settings->rate[i]) + world->slack_us;

		if (settings->horizon < far)
			settings->horizon = far;
	}
	for (i = 0; i < world->ports; i++)
		settings->port[i] = world->port[i];
	for (i = 0; i < world->feeds; i++)
		settings->kind[world->feed[i].slot] = world->feed[i].kind;
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
	bit = sw_gate_bit(be64toh(half[0]), be64toh(half[1]));
	gate->word[bit / 64] |= 1ULL << bit % 64;
}

/* Of entries that the source prefix makes one, the one that ends last. */
static int write_live(struct sw_rig *rig, const struct sw_world *world)
{
	int fd = bpf_map__fd(rig->skel->maps.live);
	int err = 0;
	size_t i;

	clear_live(fd);
	memset(rig->gate, 0, sizeof(*rig->gate));
	for (i = 0; i < world->lives && !err; i++) {
		struct sw_live_key key = live_key(world, &world->live[i]);
		struct sw_live value = { .until_ns = world->live[i].until_ns }, old;

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
	return err ? err : write_live(rig, world);
}

int sw_rig_swap(struct sw_rig *rig, const struct sw_world *world)
{
	struct sw_rig old = *rig;
	int err = create_generation(rig);

	if (!err) {
		write_settings(rig, world);
		err = write_tables(rig, world);
	}
	if (!err)
		err = install_generation(rig);
	close_generation(err ? rig : &old);
	if (err)
		*rig = old;
	return err;
}

void sw_rig_forget_limits(struct sw_rig *rig)
{
	memset(rig->limiter, 0, sizeof(*rig->limiter));
}

void sw_rig_clock(struct sw_rig *rig, __u64 now_ns)
{
	rig->skel->bss->offline_clock_ns = now_ns;
}

int sw_rig_run(struct sw_rig *rig, enum sw_role role, const __u8 *data, __u32 size,
	       __u32 linear, struct sw_outcome *out)
{
	struct xdp_md context = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, options,
		    .data_in = data,
		    .data_size_in = size,
		    .data_out = rig->out,
		    .data_size_out = SW_FRAME_MAX,
		    .repeat = 1);
	int err;

	if (linear) {
		options.ctx_in = &context;
		options.ctx_size_in = sizeof(context);
	}
	rig->skel->bss->offline_reason = UNSET;
	rig->skel->bss->offline_feed = UNSET;
	err = bpf_prog_test_run_opts(rig->program[role], &options);
	if (err)
		return linear && linear < size && err == -EINVAL ? -EOPNOTSUPP : err;
	*out = (struct sw_outcome){
		.action = options.retval,
		.reason = rig->skel->bss->offline_reason,
		.feed = rig->skel->bss->offline_feed,
		.rewritten = options.data_size_out != size || memcmp(data, rig->out, size),
	};
	return 0;
}

int sw_rig_repeat(struct sw_rig *rig, enum sw_role role, const __u8 *data, __u32 size,
		  __u32 count)
{
	LIBBPF_OPTS(bpf_test_run_opts, options,
		    .data_in = data,
		    .data_size_in = size,
		    .repeat = count);

	return bpf_prog_test_run_opts(rig->program[role], &options);
}

/* A value of only __u64, summed over CPUs into `out`. */
static int sum_percpu(struct bpf_map *map, __u32 key, __u64 *out, size_t size)
{
	int cpus = libbpf_num_possible_cpus();
	size_t words = size / sizeof(__u64), i;
	__u64 *values = calloc(cpus, size);
	int err = -ENOMEM;

	if (values)
		err = bpf_map_lookup_elem(bpf_map__fd(map), &key, values);
	if (!err) {
		memset(out, 0, size);
		for (i = 0; i < words * cpus; i++)
			out[i % words] += values[i];
	}
	free(values);
	return err;
}

int sw_rig_counters(struct sw_rig *rig, __u32 interface, struct sw_counters *out)
{
	return sum_percpu(rig->skel->maps.counters, interface, (__u64 *)out, sizeof(*out));
}

int sw_rig_feed_counter(struct sw_rig *rig, __u32 slot, struct sw_counter *out)
{
	return sum_percpu(rig->skel->maps.feed_counters, slot, (__u64 *)out, sizeof(*out));
}

int sw_rig_events_lost(struct sw_rig *rig, __u64 *out)
{
	struct sw_event_budget budget;
	int err = sum_percpu(rig->skel->maps.event_budget, 0, (__u64 *)&budget, sizeof(budget));

	if (!err)
		*out = budget.lost;
	return err;
}

int sw_rig_events_renew(struct sw_rig *rig)
{
	struct sw_event_budget *zero = calloc(libbpf_num_possible_cpus(), sizeof(*zero));
	__u32 key = 0;
	int err = -ENOMEM;

	if (zero)
		err = bpf_map_update_elem(bpf_map__fd(rig->skel->maps.event_budget), &key, zero,
					  BPF_ANY);
	free(zero);
	return err;
}

int sw_rig_events(struct sw_rig *rig, int (*event)(void *ctx, void *data, size_t size), void *ctx)
{
	struct ring_buffer *ring =
		ring_buffer__new(bpf_map__fd(rig->skel->maps.events), event, ctx, NULL);
	int count;

	if (!ring)
		return -errno;
	count = ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return count;
}
