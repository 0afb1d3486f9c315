// SPDX-License-Identifier: GPL-2.0
/*
 * A policy that is patched again and again judges every address as one that is
 * compiled anew from all rules, the patch looks at no page that it has not opened, and the
 * gate's few words that follow it leave all of the gate as the policy needs it. SEED=n begins
 * with the case of a failure.
 */
#include <time.h>

#include "compile_fixture.h"

#include <unistd.h>

#include "kernel/gate.h"
#include "kernel/gate_change.h"
#include "policy/bearers.h"
#include "policy/compile.h"
#include "policy/regions.h"
#include "policy/rules_sort.h"

#define CASES 150 /* of each family */
#define STEPS 20
#define RULES_MAX 160
#define FEEDS 12
#define PROBES 60

struct rule {
	struct sw_prefix prefix;
	enum sw_kind kind;
	int rank;
	bool listed;
};

struct random_case {
	__u64 seed, random;
	__u8 family;
	sw_u128 corner;
	bool monitor[SW_MAX_FEEDS];
	struct rule rule[RULES_MAX];
	struct compiled patched;
	int gate_map; /* which a file in memory stands for */
	struct sw_gate *gate;
	struct sw_layout used;
	struct sw_regions regions;
};

static __u64 first_seed;
static const enum sw_kind kinds[] = { SW_KIND_CNC, SW_KIND_ZOMBIE, SW_KIND_ALLOW, SW_KIND_LIMIT };

/* splitmix64 */
static __u64 draw(struct random_case *c)
{
	__u64 z = c->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static sw_u128 all_bits(const struct random_case *c)
{
	return c->family == SW_IPV4 ? UINT32_MAX : ~(sw_u128)0;
}

static sw_u128 draw_address(struct random_case *c)
{
	unsigned shift = draw(c) % 2 ? draw(c) % sw_family_bits(c->family) : 0;
	sw_u128 few = draw(c) & ((1 << draw(c) % 12) - 1);

	return (c->corner ^ few << shift) & all_bits(c);
}

/* What stays from the first to the last step may be wide. */
static void draw_rule(struct random_case *c, struct rule *rule, bool may_be_wide)
{
	unsigned bits = sw_family_bits(c->family), least = c->family == SW_IPV4 ? 9 : 32;

	if (may_be_wide && draw(c) % 4 == 0)
		least = c->family == SW_IPV4 ? 4 : 20;
	rule->prefix.family = c->family;
	rule->prefix.length = least + draw(c) % (bits - least + 1);
	if (c->family == SW_IPV4 && draw(c) % 2)
		rule->prefix.length = 24 + draw(c) % 9;
	rule->prefix.address = draw_address(c);
	rule->rank = draw(c) % FEEDS;
	rule->kind = kinds[rule->rank % 4];
	rule->listed = draw(c) % 2;
	sw_prefix_clear_host_bits(&rule->prefix);
}

static struct sw_rules *rules_of(const struct random_case *c, const struct sw_regions *regions)
{
	struct sw_rules *rules = calloc(1, sizeof(*rules));
	const struct rule *rule;

	assert_non_null(rules);
	memcpy(rules->monitor, c->monitor, sizeof(rules->monitor));
	for (rule = c->rule; rule < c->rule + RULES_MAX; rule++) {
		if (rule->listed && (!regions || sw_regions_overlap(regions, &rule->prefix)))
			assert_int_equal(sw_rule_list_add(&rules->kind[rule->kind], &rule->prefix,
							  rule->rank),
					 0);
	}
	assert_int_equal(sw_rules_sort(rules), 0);
	return rules;
}

static void check(const struct random_case *c, const struct compiled *fresh, sw_u128 address)
{
	struct sw_prefix probe = {
		.family = c->family,
		.length = sw_family_bits(c->family),
		.address = address & all_bits(c),
	};
	char text[SW_PREFIX_TEXT];
	enum sw_set set;

	for (set = 0; set < SW_SETS; set++) {
		__u8 right = look_up(fresh, set, probe);
		__u8 got = look_up(&c->patched, set, probe);

		if (got != right)
			fail_msg("SEED=%llu: %s in set %d: slot %d instead of %d", c->seed,
				 sw_prefix_format(&probe, text), set, got, right);
	}
}

static void check_all(struct random_case *c)
{
	struct compiled fresh = { .rules = rules_of(c, NULL) };
	const struct rule *rule;
	int i;

	assert_int_equal(sw_compile_measure(fresh.rules, &fresh.need), 0);
	assert_int_equal(write_into(&fresh, fresh.need), 0);
	for (rule = c->rule; rule < c->rule + RULES_MAX; rule++) {
		check(c, &fresh, rule->prefix.address);
		check(c, &fresh, sw_prefix_last(&rule->prefix));
		check(c, &fresh, rule->prefix.address - 1);
		check(c, &fresh, sw_prefix_last(&rule->prefix) + 1);
	}
	for (i = 0; i < PROBES; i++)
		check(c, &fresh, draw_address(c));
	check(c, &fresh, (sw_u128)draw(c) << 64 | draw(c));
	end(&fresh);
}

static void compile_first(struct random_case *c)
{
	struct sw_layout room;

	c->patched.rules = rules_of(c, NULL);
	assert_int_equal(sw_compile_measure(c->patched.rules, &c->patched.need), 0);
	c->used = room = c->patched.need;
	room.nets += draw(c) % 2 ? 100 : 20000; /* crowded, or not */
	room.leaves += 40000;
	room.dirs += 64;
	room.bounds += 40000;
	assert_int_equal(write_into(&c->patched, room), 0);
	sw_rules_free(c->patched.rules);
	c->patched.rules = NULL;
}

static void open_gate(struct random_case *c)
{
	c->gate_map = memfd_create("gate", 0);
	assert_true(c->gate_map >= 0);
	assert_int_equal(ftruncate(c->gate_map, sizeof(*c->gate)), 0);
	c->gate = sw_gate_open(c->gate_map);
	assert_non_null(c->gate);
	sw_bearers_fill(NULL, 0, &c->patched.policy->settings);
	sw_gate_widen(c->gate, c->patched.policy);
	sw_gate_be_exact(c->gate, c->patched.policy);
}

static void close_gate(struct random_case *c)
{
	sw_gate_close(c->gate);
	close(c->gate_map);
}

/* The gate goes after the patched policy, word by word of what was patched. */
static void change_gate(struct random_case *c)
{
	struct sw_policy *policy = c->patched.policy;
	__u64 running = policy->settings.generation++;
	struct sw_gate_change change;

	assert_int_equal(sw_gate_change_begin(c->gate_map, policy, &c->regions, running + 7,
					      &change),
			 -ESTALE);
	assert_int_equal(sw_gate_change_begin(c->gate_map, policy, &c->regions, running, &change),
			 0);
	sw_gate_change_widen(&change);
	assert_int_equal(c->gate->exact, 0);
	sw_gate_change_narrow(&change);
	sw_gate_change_be_exact(&change);
	assert_int_equal(c->gate->exact, policy->settings.generation);
	sw_gate_change_end(&change);
	if (sw_gate_narrow(c->gate, policy))
		fail_msg("SEED=%llu: the gate has bits too many, or too few", c->seed);
}

/* Pages of a policy, at which alone a patch may look. */
static int open_pages(void *ctx, struct sw_part part)
{
	char *begin = (char *)ctx + part.begin, *end = (char *)ctx + part.end;

	begin -= (uintptr_t)begin % PAGE;
	return mprotect(begin, end - begin, PROT_READ | PROT_WRITE) ? -errno : 0;
}

/* Whoever looks at what he has not asked for, dies. */
static int patch_out_of_reach(struct compiled *c, const struct sw_rules *rules,
			      const struct sw_regions *regions, struct sw_layout *used)
{
	struct sw_parts parts = { .open = open_pages, .ctx = c->policy };
	size_t size = mapped(&c->layout);
	int err;

	assert_int_equal(mprotect(mapping(c), size, PROT_NONE), 0);
	/* The settings, which are not the compiler's, are the caller's to open. */
	assert_int_equal(open_pages(c->policy, (struct sw_part){ 0, sizeof(struct sw_settings) }),
			 0);
	err = sw_compile_patch(rules, slots(), regions, &c->layout, c->policy, &parts, used);
	assert_int_equal(mprotect(mapping(c), size, PROT_READ | PROT_WRITE), 0);
	return err;
}

/* False: it does not fit. */
static bool patch(struct random_case *c)
{
	struct sw_rules *rules;
	int i, changes = 1 + draw(c) % 6, err;

	for (i = 0; i < changes; i++) {
		struct rule *rule = &c->rule[RULES_MAX / 4 + draw(c) % (RULES_MAX * 3 / 4)];

		if (rule->listed)
			assert_int_equal(sw_regions_add(&c->regions, &rule->prefix), 0);
		if (draw(c) % 2) {
			draw_rule(c, rule, false);
			rule->listed = true;
		} else {
			rule->listed = !rule->listed;
		}
		assert_int_equal(sw_regions_add(&c->regions, &rule->prefix), 0);
	}
	sw_regions_finish(&c->regions);
	rules = rules_of(c, &c->regions);
	err = patch_out_of_reach(&c->patched, rules, &c->regions, &c->used);
	sw_rules_free(rules);
	if (!err)
		change_gate(c);
	sw_regions_free(&c->regions);
	assert_true(!err || err == -ENOSPC);
	return !err;
}

static int run_case(__u8 family, __u64 seed)
{
	struct random_case c = { .seed = seed, .random = seed, .family = family };
	int i, patches = 0;

	c.corner = draw(&c) % 3 ? ((sw_u128)draw(&c) << 64 | draw(&c)) & all_bits(&c) : 0;
	for (i = 0; i < RULES_MAX; i++)
		draw_rule(&c, &c.rule[i], i < RULES_MAX / 4);
	for (i = 0; i < FEEDS; i++)
		c.monitor[i] = draw(&c) % 5 == 0;
	compile_first(&c);
	open_gate(&c);
	check_all(&c);
	while (patches < STEPS && patch(&c)) {
		check_all(&c);
		patches++;
	}
	close_gate(&c);
	drop_policy(&c.patched);
	return patches;
}

static void run_cases(__u8 family)
{
	int patches = 0;
	__u64 i;

	for (i = 0; i < CASES; i++)
		patches += run_case(family, first_seed + i);
	/* Hardly any may end early, for want of room. */
	assert_true(patches > CASES * STEPS * 3 / 4);
}

static void test_patched_ipv4(void **state)
{
	(void)state;
	run_cases(SW_IPV4);
}

static void test_patched_ipv6(void **state)
{
	(void)state;
	run_cases(SW_IPV6);
}

#define HOSTS 6000

/* Twelve hosts a patch, of tables that are as full as tables may be. */
static void move_hosts(struct compiled *c, struct sw_layout *used, struct sw_prefix *host,
		       struct random_case *dice)
{
	struct sw_regions regions = {};
	struct sw_rules *rules = calloc(1, sizeof(*rules));
	int i, at;

	assert_non_null(rules);
	for (i = 0; i < 12; i++) {
		at = draw(dice) % HOSTS;
		assert_int_equal(sw_regions_add(&regions, &host[at]), 0);
		host[at].address = draw(dice) & 0xff7fffff;
		assert_int_equal(sw_regions_add(&regions, &host[at]), 0);
	}
	for (i = 0; i < HOSTS; i++) {
		if (sw_regions_overlap(&regions, &host[i]))
			assert_int_equal(sw_rule_list_add(&rules->kind[SW_KIND_CNC], &host[i], 0),
					 0);
	}
	assert_int_equal(sw_rules_sort(rules), 0);
	assert_int_equal(patch_out_of_reach(c, rules, &regions, used), 0);
	sw_rules_free(rules);
	sw_regions_free(&regions);
}

static void full_buckets_lose_nothing(void **state)
{
	struct random_case dice = { .random = first_seed };
	struct sw_prefix host[HOSTS], probe = { .family = SW_IPV4, .length = 32 };
	struct sw_layout used, room;
	struct compiled c;
	int i, j;

	(void)state;
	begin(&c);
	for (i = 0; i < HOSTS; i++) {
		host[i] = (struct sw_prefix){ draw(&dice) & 0xff7fffff, SW_IPV4, 32 };
		list_prefix(&c, SW_KIND_CNC, 0, host[i]);
	}
	measure(&c);
	used = room = c.need;
	room.nets += 24; /* two that share a /24 may part */
	room.leaves += 1000;
	assert_int_equal(write_into(&c, room), 0);
	for (i = 0; i < 300; i++) {
		move_hosts(&c, &used, host, &dice);
		for (j = 0; j < HOSTS; j++) {
			if (look_up(&c, SW_SET_CNC, host[j]) != slot_of(0))
				fail_msg("SEED=%llu: host %d is lost by patch %d", first_seed, j,
					 i);
			probe.address = host[j].address | 0x800000;
			assert_int_equal(look_up(&c, SW_SET_CNC, probe), 0);
		}
	}
	end(&c);
}

int main(void)
{
	const char *given = getenv("SEED");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patched_ipv4),
		cmocka_unit_test(test_patched_ipv6),
		cmocka_unit_test(full_buckets_lose_nothing),
	};

	first_seed = given ? strtoull(given, NULL, 0) : (__u64)time(NULL) * CASES;
	print_message("%d cases a family, SEED=%llu\n", CASES, first_seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
