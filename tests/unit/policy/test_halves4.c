// SPDX-License-Identifier: GPL-2.0
/* Millions of rules, written by two threads: each address finds what one thread would write. */
#include <sys/random.h>

#include "compile_fixture.h"

#define MANY ((1U << 20) + 1000)
#define SPREAD 2654435761U /* odd: multiples of it meet all addresses */
#define EVERYWHERE 100003  /* addresses that are asked for */

static int salts; /* that were drawn */

/* The same in every run. */
ssize_t getrandom(void *at, size_t size, unsigned flags)
{
	(void)flags;
	memset(at, ++salts, size);
	return size;
}

/* From /20 to /32, more of these: what several list, what lies within others, and alone. */
static void list_many(struct compiled *c)
{
	struct sw_prefix prefix = { .family = SW_IPV4 };
	__u32 i;

	assert_int_equal(sw_rule_list_reserve(&c->rules->kind[SW_KIND_CNC], MANY, 0), 0);
	for (i = 0; i < MANY; i++) {
		prefix.address = i * SPREAD;
		prefix.length = i % 64 ? 32 - i % 3 : 20 + i / 64 % 12;
		list_prefix(c, SW_KIND_CNC, i % 5, prefix);
		if (i % 16)
			continue;
		prefix.address ^= i % 7;
		list_prefix(c, i % 3 ? SW_KIND_ZOMBIE : SW_KIND_ALLOW, 5 + i % 2, prefix);
	}
}

/* Into as little room as was measured. */
static struct sw_halves compile_halves(struct compiled *c)
{
	struct sw_halves halves;
	struct sw_layout used;

	assert_int_equal(sw_rules_sort(c->rules), 0);
	assert_int_equal(sw_compile_measure_halves(c->rules, &c->need, &halves), 0);
	c->layout = c->need;
	c->policy = mmap(NULL, mapped(&c->layout) + PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(c->policy, MAP_FAILED);
	assert_int_equal(sw_compile_parts(c->rules, slots(), &c->layout, &halves, c->policy, NULL,
					  &used),
			 0);
	assert_int_equal(used.nets, c->need.nets);
	assert_int_equal(used.leaves, c->need.leaves);
	return halves;
}

static void expect_same(const struct compiled *c, const struct compiled *one, __u32 address)
{
	const struct sw_prefix asked = { address, SW_IPV4, 32 };
	enum sw_set set;

	for (set = 0; set < SW_SETS; set++) {
		if (look_up(c, set, asked) != look_up(one, set, asked))
			fail_msg("%08x, set %d: slot %d instead of %d", address, set,
				 look_up(c, set, asked), look_up(one, set, asked));
	}
}

static void expect_as_one(struct compiled *c)
{
	const struct sw_rule_list *list = &c->rules->kind[SW_KIND_CNC];
	struct compiled one = { .rules = c->rules };
	__u64 i;

	assert_int_equal(write_into(&one, c->need), 0);
	for (i = 0; i < list->v4_count; i++) {
		expect_same(c, &one, sw_rule4_address(list->v4[i]));
		expect_same(c, &one, sw_rule4_address(list->v4[i]) - 1);
	}
	for (i = 0; i < 1ULL << 32; i += (1ULL << 32) / EVERYWHERE)
		expect_same(c, &one, i);
	drop_policy(&one);
}

static void end_halves(struct compiled *c)
{
	munmap(c->policy, mapped(&c->layout) + PAGE);
	c->policy = NULL;
	end(c);
}

static void in_the_middle(void **state)
{
	struct sw_halves halves;
	struct compiled c;

	(void)state;
	begin(&c);
	list_many(&c);
	halves = compile_halves(&c);
	assert_in_range(halves.from, 0x7ff00000, 0x80100000);
	assert_int_equal(halves.from & 0xffff, 0);
	assert_in_range(halves.leaves, c.need.leaves / 3, c.need.leaves * 2 / 3);
	expect_as_one(&c);
	end_halves(&c);
}

/* Where many rules are parted that have these two beside them. */
static __u32 border_beside(const char *limit, enum sw_kind kind, const char *other)
{
	struct sw_halves halves;
	struct compiled c;

	begin(&c);
	list_many(&c);
	list(&c, SW_KIND_LIMIT, 6, limit);
	list(&c, kind, 5, other);
	halves = compile_halves(&c);
	end_halves(&c);
	return halves.from;
}

/* A border that a prefix spans is none: the nearest other one is taken. */
static void beside_a_wide_one(void **state)
{
	struct sw_halves halves;
	struct compiled c;

	(void)state;
	begin(&c);
	list_many(&c);
	list(&c, SW_KIND_ZOMBIE, 6, "0.0.0.0/1");
	list(&c, SW_KIND_ALLOW, 5, "128.0.0.0/1");
	halves = compile_halves(&c);
	assert_int_equal(halves.from, 0x80000000);
	expect_as_one(&c);
	end_halves(&c);

	assert_int_equal(border_beside("126.0.0.0/7", SW_KIND_PROTECT, "128.0.0.0/8"), 0x80000000);
	assert_int_equal(border_beside("112.0.0.0/4", SW_KIND_LIMIT, "64.0.0.0/2"), 0x80000000);
}

/* One thread writes what cannot be parted, or is not worth it. */
static void not_at_all(void **state)
{
	struct sw_halves halves;
	struct compiled c;

	(void)state;
	begin(&c);
	list_many(&c);
	list(&c, SW_KIND_ALLOW, 5, "0.0.0.0/0");
	halves = compile_halves(&c);
	assert_int_equal(halves.from, 0);
	expect_as_one(&c);
	end_halves(&c);

	begin(&c);
	list(&c, SW_KIND_CNC, 0, "192.0.2.1");
	halves = compile_halves(&c);
	assert_int_equal(halves.from, 0);
	end_halves(&c);
}

/* What was measured of other rules is found out, and one thread writes. */
static void of_other_rules(void **state)
{
	const struct sw_halves other = { 0x40000000, 1 };
	struct sw_layout used;
	struct compiled c;

	(void)state;
	begin(&c);
	list_many(&c);
	compile_halves(&c);
	memset(c.policy, 0, sw_policy_size(&c.layout));
	assert_int_equal(sw_compile_parts(c.rules, slots(), &c.layout, &other, c.policy, NULL,
					  &used),
			 0);
	expect_as_one(&c);
	end_halves(&c);
}

/* /24s in the lower half, more than fit where the first salt has their homes. */
static void list_crowd(struct compiled *c)
{
	struct sw_prefix prefix = { .family = SW_IPV4, .length = 32 };
	__u32 net;

	for (net = 1; net < 1 << 22; net++) {
		prefix.address = net << 8 | 9;
		if (sw_net4_hash(0x01010101, net << 8) < UINT32_MAX / 30000)
			list_prefix(c, SW_KIND_CNC, 0, prefix);
	}
}

/* By another salt they fit, and the lower half begins anew. */
static void a_crowded_bucket(void **state)
{
	struct sw_halves halves;
	struct compiled c;

	(void)state;
	begin(&c);
	list_many(&c);
	list_crowd(&c);
	salts = 0;
	halves = compile_halves(&c);
	assert_int_equal(salts, 2);
	assert_int_not_equal(halves.from, 0);
	expect_as_one(&c);
	end_halves(&c);
}

/* What was measured needs more than there is: nothing is written behind that. */
static void too_few_leaves(void **state)
{
	struct sw_halves halves;
	struct sw_layout used;
	const char *at, *end;
	struct compiled c;

	(void)state;
	begin(&c);
	list_many(&c);
	halves = compile_halves(&c);
	c.layout.leaves /= 4;
	memset(c.policy, 0, mapped(&c.need));
	assert_int_equal(sw_compile_parts(c.rules, slots(), &c.layout, &halves, c.policy, NULL,
					  &used),
			 -ENOSPC);
	end = (const char *)c.policy + mapped(&c.need);
	for (at = (const char *)c.policy + sw_policy_size(&c.layout); at < end; at++)
		assert_int_equal(*at, 0);
	c.layout = c.need;
	end_halves(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_the_middle),    cmocka_unit_test(beside_a_wide_one),
		cmocka_unit_test(not_at_all),	    cmocka_unit_test(of_other_rules),
		cmocka_unit_test(a_crowded_bucket), cmocka_unit_test(too_few_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
