// SPDX-License-Identifier: GPL-2.0
/* How much room the tables take, and that they fit. */
#include <stdio.h>

#include "compile_fixture.h"

enum {
	A,
	B
};

/* Every second address of 10.0.`net`.0/24 by B, `count` of them, in A's /24. */
static void list_exceptions(struct compiled *c, int net, int count)
{
	struct sw_prefix prefix = { .family = SW_IPV4 };
	int i;

	prefix.address = 10 << 24 | net << 8;
	prefix.length = 24;
	list_prefix(c, SW_KIND_CNC, A, prefix);
	prefix.length = 32;
	for (i = 0; i < count; i++) {
		prefix.address = 10 << 24 | net << 8 | (2 * i + 1);
		list_prefix(c, SW_KIND_CNC, B, prefix);
	}
}

static void expect_exceptions(const struct compiled *c, int net, int count)
{
	struct sw_prefix address = { .family = SW_IPV4, .length = 32 };
	int i;

	for (i = 0; i < 256; i++) {
		address.address = 10 << 24 | net << 8 | i;
		assert_int_equal(look_up(c, SW_SET_CNC, address),
				 slot_of(i & 1 && i / 2 < count ? B : A));
	}
}

static void test_more_exceptions_than_a_leaf_holds(void **state)
{
	static const int exceptions[] = { 1, SW_LEAF_RUNS, SW_LEAF_RUNS + 1, 100, 128, 8, 11, 0 };
	struct compiled c;
	int i;

	(void)state;
	begin(&c);
	for (i = 0; i < 8; i++)
		list_exceptions(&c, 252 + i, exceptions[i]); /* in two /16s */
	compile(&c);
	for (i = 0; i < 8; i++)
		expect_exceptions(&c, 252 + i, exceptions[i]);
	expect(&c, SW_SET_CNC, "10.0.251.255", NOBODY);
	expect(&c, SW_SET_CNC, "10.1.4.0", NOBODY);
	/* One each but for the last, which is listed whole, and four have a map. */
	assert_int_equal(c.need.nets, 7);
	assert_int_equal(c.need.leaves, 7 + 4 * 4);
	end(&c);
}

#define MANY 300000 /* several times what is put into its buckets at once (hash4.c) */

/* One address of each of as many /24s, every second one by B. */
static struct sw_prefix one_of_many(__u32 i)
{
	return (struct sw_prefix){ (10U << 24) + (i << 8 | (i & 127)), SW_IPV4, 32 };
}

static void test_more_nets_than_a_batch(void **state)
{
	struct sw_prefix neighbour;
	struct compiled c;
	__u32 i;

	(void)state;
	begin(&c);
	for (i = 0; i < MANY; i++)
		list_prefix(&c, SW_KIND_CNC, i % 2 ? B : A, one_of_many(i));
	compile(&c);
	for (i = 0; i < MANY; i++) {
		neighbour = one_of_many(i);
		neighbour.address ^= 128;
		assert_int_equal(look_up(&c, SW_SET_CNC, one_of_many(i)), slot_of(i % 2 ? B : A));
		assert_int_equal(look_up(&c, SW_SET_CNC, neighbour), 0);
	}
	assert_int_equal(c.need.nets, MANY);
	end(&c);
}

static void test_whole_nets_need_no_place(void **state)
{
	struct compiled c;
	char text[32];
	int i;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_CNC, A, "10.0.0.0/8");
	list(&c, SW_KIND_ZOMBIE, B, "10.1.0.0/20"); /* of another set */
	for (i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "192.0.2.%d", i);
		list(&c, SW_KIND_CNC, A, text);
	}
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "10.2.%d.0/24", 2 * i);
		list(&c, SW_KIND_CNC, B, text);
	}
	compile(&c);
	expect(&c, SW_SET_CNC, "10.255.255.255", A);
	expect(&c, SW_SET_MAIL, "10.1.15.255", B);
	expect(&c, SW_SET_CNC, "192.0.2.77", A);
	expect(&c, SW_SET_CNC, "10.2.0.1", B);
	expect(&c, SW_SET_CNC, "10.2.1.1", A);
	expect(&c, SW_SET_CNC, "10.2.198.1", B);
	expect(&c, SW_SET_CNC, "10.2.200.1", A);
	/* The lesser feed's. */
	assert_int_equal(c.need.nets, 100);
	end(&c);
}

static bool hashes_low(__u32 address)
{
	return !(sw_net4_hash(0, address & 0xffffff00) >> 20);
}

/* The /24s with the least hashes there are, which without a salt would all have
 * the same home: far more than a search finds. */
static void test_nets_that_hash_alike(void **state)
{
	struct sw_prefix host = { .family = SW_IPV4, .length = 32 };
	struct compiled c;
	__u32 net, nets = 0;

	(void)state;
	begin(&c);
	for (net = 0; net < 1 << 24; net++) {
		host.address = (net << 8) + 7;
		if (!hashes_low(host.address))
			continue;
		list_prefix(&c, SW_KIND_CNC, A, host);
		nets++;
	}
	assert_in_range(nets, 3 * SW_BUCKET4_PROBES * SW_BUCKET4_NETS, 1 << 14);
	compile(&c);
	for (net = 0; net < 1 << 24; net += 1 + (net & 15)) {
		host.address = (net << 8) + 7;
		assert_int_equal(look_up(&c, SW_SET_CNC, host),
				 hashes_low(host.address) ? slot_of(A) : 0);
	}
	end(&c);
}

static void test_wide_is_not_parted_by_what_is_fine(void **state)
{
	struct compiled c;
	char text[64];
	int i;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_CNC, A, "2001::/16");
	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "2001:%x:8000::/33", 4 * i + 1);
		list(&c, SW_KIND_CNC, B, text);
	}
	compile(&c);
	expect(&c, SW_SET_CNC, "2001:0:8000::", A);
	expect(&c, SW_SET_CNC, "2001:1:7fff::", A);
	expect(&c, SW_SET_CNC, "2001:1:8000::", B);
	expect(&c, SW_SET_CNC, "2001:2::", A);
	expect(&c, SW_SET_CNC, "2001:ffff:ffff::", A);
	expect(&c, SW_SET_CNC, "2002::", NOBODY);
	/* Where each B begins, and where A begins and ends. */
	assert_int_equal(c.need.bounds, 100 + 2);
	end(&c);
}

static void test_one_whole_32_is_not_wide(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_CNC, A, "2001:db8::/31");
	list(&c, SW_KIND_CNC, B, "2001:db9:8000::/33");
	compile(&c);
	expect(&c, SW_SET_CNC, "2001:db8:ffff::", A);
	expect(&c, SW_SET_CNC, "2001:db9:7fff::", A);
	expect(&c, SW_SET_CNC, "2001:db9:8000::", B);
	expect(&c, SW_SET_CNC, "2001:dba::", NOBODY);
	assert_int_equal(c.need.bounds, 1);
	end(&c);
}

/* A /48 of the first half of so many /32s, `step` apart. */
static struct sw_prefix fine_prefix(__u32 i, __u32 step)
{
	return (struct sw_prefix){
		.family = SW_IPV6,
		.length = 48,
		.address = (sw_u128)(0x20010db8 + i * step) << 96,
	};
}

static void list_fine(struct compiled *c, int count, __u32 step)
{
	int i;

	for (i = 0; i < count; i++)
		list_prefix(c, SW_KIND_CNC, A, fine_prefix(i, step));
}

static void expect_fine(const struct compiled *c, int count, __u32 step)
{
	struct sw_prefix address;
	int i;

	for (i = 0; i < count; i++) {
		address = fine_prefix(i, step);
		assert_int_equal(look_up(c, SW_SET_CNC, address), slot_of(A));
		address.address |= (sw_u128)1 << 95;
		assert_int_equal(look_up(c, SW_SET_CNC, address), 0);
	}
}

/* Whatever the pattern of the /32s, larger directories hold them too. */
static void test_directories_that_grow(void **state)
{
	static const __u32 step[] = { 1, 8, 0x100, 0x1000, 0x10001, 0x9e3779b1 };
	struct sw_layout larger;
	struct compiled c;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(step) / sizeof(*step); i++) {
		begin(&c);
		list_fine(&c, 20000, step[i]);
		measure(&c);
		assert_int_equal(c.need.dirs, 20000);
		for (j = 0; j < 4; j++) {
			larger = c.need;
			larger.dirs += larger.dirs * j / 4 + j * 64;
			assert_int_equal(write_into(&c, larger), 0);
			expect_fine(&c, 20000, step[i]);
			drop_policy(&c);
		}
		end(&c);
	}
}

/* Filled to the last place; more than that, or a way further from home than a
 * lookup goes, is refused. */
static void test_directories_too_full(void **state)
{
	struct sw_layout tight;
	struct compiled c;
	int ways, err, refused = 0;

	(void)state;
	for (ways = 22; ways <= 48; ways++) {
		begin(&c);
		list(&c, SW_KIND_CNC, B, "4000::/8");
		list_fine(&c, ways, 0x10001);
		measure(&c);
		tight = c.need;
		tight.dirs = ways <= 25 ? 8 : 16;
		err = write_into(&c, tight);
		if (ways <= 24)
			assert_int_equal(err, 0);
		if (err) {
			assert_int_equal(err, -ENOSPC);
			refused++;
		} else {
			expect_fine(&c, ways, 0x10001);
			expect(&c, SW_SET_CNC, "4000::1", B);
		}
		end(&c);
	}
	assert_true(refused > 1);
}

/* More /32s that hash alike than lie within a lookup's reach. */
static void test_directory_of_alikes(void **state)
{
	struct sw_prefix address;
	struct compiled c;
	__u32 top;
	int ways;

	(void)state;
	begin(&c);
	for (top = 0, ways = 0; ways < 40; top++) {
		if (sw_hash_top6(top) >= UINT32_MAX / 40)
			continue;
		address = (struct sw_prefix){ (sw_u128)top << 96, SW_IPV6, 64 };
		list_prefix(&c, SW_KIND_ZOMBIE, A, address);
		ways++;
	}
	compile(&c);
	assert_true(c.need.dirs > 40);
	assert_int_equal(c.need.bounds, 40); /* where each ends */
	while (top--) {
		address = (struct sw_prefix){ (sw_u128)top << 96, SW_IPV6, 128 };
		assert_int_equal(look_up(&c, SW_SET_MAIL, address),
				 sw_hash_top6(top) < UINT32_MAX / 40 ? slot_of(A) : 0);
	}
	end(&c);
}

static void test_layout_too_small(void **state)
{
	struct sw_layout less;
	struct compiled c;
	char text[64];
	int i;

	(void)state;
	begin(&c);
	for (i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "10.%d.2.3", i);
		list(&c, SW_KIND_CNC, A, text);
		snprintf(text, sizeof(text), "10.%d.2.5", i);
		list(&c, SW_KIND_CNC, A, text);
		snprintf(text, sizeof(text), "2001:%x::5", i);
		list(&c, SW_KIND_ZOMBIE, B, text);
	}
	measure(&c);
	less = c.need;
	less.nets--;
	assert_int_equal(write_into(&c, less), -ENOSPC);
	drop_policy(&c);
	less = c.need;
	less.leaves--;
	assert_int_equal(write_into(&c, less), -ENOSPC);
	drop_policy(&c);
	less = c.need;
	less.bounds--;
	assert_int_equal(write_into(&c, less), -ENOSPC);
	drop_policy(&c);
	less = c.need;
	less.dirs = 200 / SW_DIR6_WAYS - 1;
	assert_int_equal(write_into(&c, less), -ENOSPC);
	drop_policy(&c);
	less.dirs = 0;
	assert_int_equal(write_into(&c, less), -ENOSPC);
	drop_policy(&c);
	assert_int_equal(write_into(&c, c.need), 0);
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_more_exceptions_than_a_leaf_holds),
		cmocka_unit_test(test_more_nets_than_a_batch),
		cmocka_unit_test(test_whole_nets_need_no_place),
		cmocka_unit_test(test_nets_that_hash_alike),
		cmocka_unit_test(test_wide_is_not_parted_by_what_is_fine),
		cmocka_unit_test(test_one_whole_32_is_not_wide),
		cmocka_unit_test(test_directories_that_grow),
		cmocka_unit_test(test_directories_too_full),
		cmocka_unit_test(test_directory_of_alikes),
		cmocka_unit_test(test_layout_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
