// SPDX-License-Identifier: GPL-2.0
/*
 * Small random rule sets, nested as often as not, against a reference that
 * goes through the rules one by one. SEED=n begins with the case of a failure.
 */
#include <time.h>

#include "compile_fixture.h"

#include "policy/compile.h"
#include "policy/flatten.h"
#include "policy/ranges.h"

#define CASES 1500 /* of each family */
#define RULES_MAX 100
#define FEEDS 9
#define PROBES 200

struct rule {
	struct sw_prefix prefix;
	enum sw_kind kind;
	int rank;
};

struct random_case {
	__u64 seed;
	__u64 random;
	__u8 family;
	sw_u128 corner;
	struct rule rule[RULES_MAX];
	int rules;
	struct compiled compiled;
};

static __u64 first_seed;
static const enum sw_kind kinds[] = { SW_KIND_CNC, SW_KIND_ZOMBIE, SW_KIND_ALLOW };

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

static sw_u128 draw_corner(struct random_case *c)
{
	switch (draw(c) % 4) {
	case 0:
		return 0;
	case 1:
		return all_bits(c);
	}
	return ((sw_u128)draw(c) << 64 | draw(c)) & all_bits(c);
}

/* Near the corner: what differs are a few neighbouring bits, mostly the last. */
static sw_u128 draw_address(struct random_case *c)
{
	sw_u128 few = draw(c) & ((1 << draw(c) % 10) - 1);
	unsigned shift = draw(c) % 2 ? draw(c) % sw_family_bits(c->family) : 0;

	return (c->corner ^ few << shift) & all_bits(c);
}

/* Wide ones are rare: each fills megabytes. */
static __u8 draw_length(struct random_case *c)
{
	unsigned bits = sw_family_bits(c->family);

	if (draw(c) % 64 == 0)
		return draw(c) % (bits + 1);
	return bits / 4 + draw(c) % (bits * 3 / 4 + 1);
}

static void draw_rules(struct random_case *c)
{
	int i;

	c->corner = draw_corner(c);
	c->rules = 1 + draw(c) % RULES_MAX;
	for (i = 0; i < c->rules; i++) {
		struct rule *rule = &c->rule[i];

		rule->prefix.family = c->family;
		rule->prefix.length = draw_length(c);
		rule->prefix.address = draw_address(c);
		rule->rank = draw(c) % FEEDS;
		rule->kind = kinds[rule->rank % 3];
		sw_prefix_clear_host_bits(&rule->prefix);
		list_prefix(&c->compiled, rule->kind, rule->rank, rule->prefix);
	}
}

static int attributed_to(const struct random_case *c, enum sw_kind kind, sw_u128 address)
{
	const struct rule *best = NULL, *rule;

	for (rule = c->rule; rule < c->rule + c->rules; rule++) {
		if (rule->kind != kind || address < rule->prefix.address ||
		    address > sw_prefix_last(&rule->prefix))
			continue;
		if (!best || rule->prefix.length > best->prefix.length ||
		    (rule->prefix.length == best->prefix.length && rule->rank < best->rank))
			best = rule;
	}
	return best ? best->rank : NOBODY;
}

static int expected(const struct random_case *c, enum sw_set set, sw_u128 address)
{
	int allowed = attributed_to(c, SW_KIND_ALLOW, address);

	if (allowed != NOBODY)
		return set == SW_SET_MAIL ? allowed : NOBODY;
	return attributed_to(c, set == SW_SET_MAIL ? SW_KIND_ZOMBIE : SW_KIND_CNC, address);
}

static void check(const struct random_case *c, sw_u128 address)
{
	struct sw_prefix probe = {
		.family = c->family,
		.length = sw_family_bits(c->family),
		.address = address & all_bits(c),
	};
	char text[SW_PREFIX_TEXT];
	enum sw_set set;

	for (set = 0; set < SW_SETS; set++) {
		__u8 right = slot_of(expected(c, set, probe.address));
		__u8 got = look_up(&c->compiled, set, probe);

		if (got != right)
			fail_msg("SEED=%llu: %s in set %d: slot %d instead of %d", c->seed,
				 sw_prefix_format(&probe, text), set, got, right);
	}
}

static void check_policy(struct random_case *c)
{
	int i;

	for (i = 0; i < c->rules; i++) {
		sw_u128 first = c->rule[i].prefix.address;
		sw_u128 last = sw_prefix_last(&c->rule[i].prefix);

		check(c, first);
		check(c, last);
		check(c, first - 1);
		check(c, last + 1);
	}
	for (i = 0; i < PROBES; i++)
		check(c, draw_address(c));
	check(c, draw(c));
	check(c, (sw_u128)draw(c) << 64 | draw(c));
}

struct seen {
	sw_u128 last;
	bool any;
};

static int follows(void *ctx, const struct sw_range *range)
{
	struct seen *seen = ctx;

	assert_true(range->first <= range->last);
	assert_true(!seen->any || seen->last < range->first);
	*seen = (struct seen){ .last = range->last, .any = true };
	return 0;
}

static void check_ranges(const struct random_case *c)
{
	enum sw_set set;

	for (set = 0; set < SW_SETS; set++) {
		struct seen seen = { 0 };

		assert_int_equal(sw_compile_ranges(c->compiled.rules, set, c->family, follows,
						   &seen),
				 0);
	}
}

static void run_case(__u8 family, __u64 seed)
{
	struct random_case c = { .seed = seed, .random = seed, .family = family };
	struct sw_layout larger;

	begin(&c.compiled);
	draw_rules(&c);
	compile(&c.compiled);
	check_ranges(&c);
	check_policy(&c);
	drop_policy(&c.compiled);

	larger = c.compiled.need;
	larger.nets += draw(&c) % 100;
	larger.leaves += draw(&c) % 100;
	larger.dirs += draw(&c) % 100;
	larger.bounds += draw(&c) % 100;
	assert_int_equal(write_into(&c.compiled, larger), 0);
	check_policy(&c);
	end(&c.compiled);
}

static void run_cases(__u8 family)
{
	__u64 i;

	for (i = 0; i < CASES; i++)
		run_case(family, first_seed + i);
}

static void test_random_ipv4(void **state)
{
	(void)state;
	run_cases(SW_IPV4);
}

static void test_random_ipv6(void **state)
{
	(void)state;
	run_cases(SW_IPV6);
}

int main(void)
{
	const char *given = getenv("SEED");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_ipv4),
		cmocka_unit_test(test_random_ipv6),
	};

	first_seed = given ? strtoull(given, NULL, 0) : (__u64)time(NULL) * CASES;
	print_message("%d cases a family, SEED=%llu\n", CASES, first_seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
