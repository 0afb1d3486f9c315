// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "compile_fixture.h"

enum { A, B, C, D };

static void test_nothing_listed(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	compile(&c);
	expect(&c, SW_SET_CNC, "0.0.0.0", NOBODY);
	expect(&c, SW_SET_MAIL, "255.255.255.255", NOBODY);
	expect(&c, SW_SET_CNC, "::", NOBODY);
	expect(&c, SW_SET_MAIL, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NOBODY);
	end(&c);
}

static void test_longest_entry_attributes(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_CNC, A, "198.51.0.0/16");
	list(&c, SW_KIND_CNC, C, "198.51.100.0/24");
	list(&c, SW_KIND_CNC, B, "198.51.100.0/24");
	list(&c, SW_KIND_CNC, D, "198.51.100.7");
	list(&c, SW_KIND_CNC, A, "2001:db8::/30");
	list(&c, SW_KIND_CNC, C, "2001:db8:7::/48");
	list(&c, SW_KIND_CNC, B, "2001:db8:7::/48");
	list(&c, SW_KIND_CNC, D, "2001:db8:7::1");
	compile(&c);
	expect(&c, SW_SET_CNC, "198.50.255.255", NOBODY);
	expect(&c, SW_SET_CNC, "198.51.0.0", A);
	expect(&c, SW_SET_CNC, "198.51.99.255", A);
	expect(&c, SW_SET_CNC, "198.51.100.0", B);
	expect(&c, SW_SET_CNC, "198.51.100.6", B);
	expect(&c, SW_SET_CNC, "198.51.100.7", D);
	expect(&c, SW_SET_CNC, "198.51.100.8", B);
	expect(&c, SW_SET_CNC, "198.51.101.0", A);
	expect(&c, SW_SET_CNC, "198.52.0.0", NOBODY);
	expect(&c, SW_SET_CNC, "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", NOBODY);
	expect(&c, SW_SET_CNC, "2001:db8::", A);
	expect(&c, SW_SET_CNC, "2001:db8:6:ffff:ffff:ffff:ffff:ffff", A);
	expect(&c, SW_SET_CNC, "2001:db8:7::", B);
	expect(&c, SW_SET_CNC, "2001:db8:7::1", D);
	expect(&c, SW_SET_CNC, "2001:db8:7::2", B);
	expect(&c, SW_SET_CNC, "2001:db8:8::", A);
	expect(&c, SW_SET_CNC, "2001:db9::", A);
	expect(&c, SW_SET_CNC, "2001:dbb:ffff:ffff:ffff:ffff:ffff:ffff", A);
	expect(&c, SW_SET_CNC, "2001:dbc::", NOBODY);
	end(&c);
}

static void test_allow_wins_whatever_its_length(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_ALLOW, A, "192.0.2.0/25");
	list(&c, SW_KIND_CNC, B, "192.0.2.0/24");
	list(&c, SW_KIND_CNC, C, "192.0.2.9");
	list(&c, SW_KIND_ZOMBIE, D, "192.0.2.127");
	list(&c, SW_KIND_ZOMBIE, D, "192.0.2.128");
	list(&c, SW_KIND_ALLOW, A, "2001:db8:1::/48");
	list(&c, SW_KIND_CNC, B, "2001:db8::/32");
	list(&c, SW_KIND_ZOMBIE, D, "2001:db8:1::9");
	list(&c, SW_KIND_ZOMBIE, D, "2001:db8:2::/48");
	compile(&c);
	expect(&c, SW_SET_CNC, "192.0.2.9", NOBODY);
	expect(&c, SW_SET_CNC, "192.0.2.127", NOBODY);
	expect(&c, SW_SET_CNC, "192.0.2.128", B);
	expect(&c, SW_SET_MAIL, "192.0.2.127", A);
	expect(&c, SW_SET_MAIL, "192.0.2.128", D);
	expect(&c, SW_SET_MAIL, "192.0.2.129", NOBODY);
	expect(&c, SW_SET_CNC, "2001:db8::", B);
	expect(&c, SW_SET_CNC, "2001:db8:1::9", NOBODY);
	expect(&c, SW_SET_CNC, "2001:db8:2::", B);
	expect(&c, SW_SET_MAIL, "2001:db8:1::9", A);
	expect(&c, SW_SET_MAIL, "2001:db8:2::", D);
	expect(&c, SW_SET_MAIL, "2001:db8:3::", NOBODY);
	end(&c);
}

static void test_edges_of_the_address_space(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_CNC, A, "0.0.0.0");
	list(&c, SW_KIND_CNC, B, "255.255.255.255");
	list(&c, SW_KIND_CNC, A, "::");
	list(&c, SW_KIND_CNC, B, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	list(&c, SW_KIND_ZOMBIE, C, "0.0.0.0/0");
	list(&c, SW_KIND_ALLOW, D, "255.255.255.254/31");
	list(&c, SW_KIND_ZOMBIE, C, "::/0");
	list(&c, SW_KIND_ALLOW, D, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127");
	compile(&c);
	expect(&c, SW_SET_CNC, "0.0.0.0", A);
	expect(&c, SW_SET_CNC, "0.0.0.1", NOBODY);
	expect(&c, SW_SET_CNC, "255.255.255.255", NOBODY);
	expect(&c, SW_SET_MAIL, "0.0.0.0", C);
	expect(&c, SW_SET_MAIL, "127.0.0.1", C);
	expect(&c, SW_SET_MAIL, "255.255.255.253", C);
	expect(&c, SW_SET_MAIL, "255.255.255.255", D);
	expect(&c, SW_SET_CNC, "::", A);
	expect(&c, SW_SET_CNC, "::1", NOBODY);
	expect(&c, SW_SET_CNC, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NOBODY);
	expect(&c, SW_SET_MAIL, "::", C);
	expect(&c, SW_SET_MAIL, "2001:db8::", C);
	expect(&c, SW_SET_MAIL, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffd", C);
	expect(&c, SW_SET_MAIL, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", D);
	end(&c);
}

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
	int net;

	(void)state;
	begin(&c);
	for (net = 0; net < 8; net++)
		list_exceptions(&c, net, exceptions[net]);
	compile(&c);
	for (net = 0; net < 8; net++)
		expect_exceptions(&c, net, exceptions[net]);
	expect(&c, SW_SET_CNC, "10.0.8.0", NOBODY);
	/* One each but for the last, and four of them have a map. */
	assert_int_equal(c.need.leaves, 7 + 4 * 4);
	end(&c);
}

static void test_whole_nets_need_no_leaf(void **state)
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
	assert_int_equal(c.need.leaves, 100);
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
		snprintf(text, sizeof(text), "2001:%x:8000::/33", 2 * i + 1);
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

static void test_every_length_of_ipv6(void **state)
{
	struct sw_prefix prefix = { .family = SW_IPV6 };
	struct compiled c;
	int length;

	(void)state;
	begin(&c);
	for (length = 0; length <= 128; length++) {
		prefix.address = 0; /* the end of each is another */
		prefix.length = length;
		list_prefix(&c, SW_KIND_ZOMBIE, length, prefix);
	}
	compile(&c);
	for (length = 0; length <= 128; length++) {
		prefix.length = length;
		prefix.address = sw_prefix_last(&prefix);
		assert_int_equal(look_up(&c, SW_SET_MAIL, prefix), slot_of(length));
		prefix.address = 0;
		assert_int_equal(look_up(&c, SW_SET_MAIL, prefix), slot_of(128));
	}
	end(&c);
}

/* Neighbours, and tops that differ in few high bits, do not crowd a directory;
 * nor do they a larger one. */
static void test_many_ways(void **state)
{
	struct sw_prefix prefix = { .family = SW_IPV6, .length = 48 };
	struct compiled c;
	__u32 i, shift;

	(void)state;
	begin(&c);
	for (shift = 0; shift <= 12; shift += 4) {
		for (i = 0; i < 5000; i++) {
			prefix.address = (sw_u128)(0x20000000 * (1 + shift / 4) + (i << shift)) << 96;
			list_prefix(&c, SW_KIND_ZOMBIE, shift, prefix);
		}
	}
	compile(&c);
	for (i = 0; i <= 8; i++) {
		struct sw_layout larger = c.need;

		drop_policy(&c);
		larger.dirs += larger.dirs * i / 8;
		assert_int_equal(write_into(&c, larger), 0);
	}
	for (shift = 0; shift <= 12; shift += 4) {
		for (i = 0; i < 5000; i++) {
			prefix.address = (sw_u128)(0x20000000 * (1 + shift / 4) + (i << shift)) << 96;
			assert_int_equal(look_up(&c, SW_SET_MAIL, prefix), slot_of(shift));
			prefix.address |= (sw_u128)1 << 95;
			assert_int_equal(look_up(&c, SW_SET_MAIL, prefix), 0);
		}
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
		snprintf(text, sizeof(text), "2001:%x::5", i);
		list(&c, SW_KIND_ZOMBIE, B, text);
	}
	measure(&c);
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
	assert_int_equal(write_into(&c, c.need), 0);
	end(&c);
}

static int stop(void *ctx, const struct sw_range *range)
{
	(void)range;
	++*(int *)ctx;
	return -EINTR;
}

static void test_ranges_stop_when_told(void **state)
{
	struct compiled c;
	int calls = 0;

	(void)state;
	begin(&c);
	list(&c, SW_KIND_ALLOW, A, "192.0.2.1");
	list(&c, SW_KIND_ZOMBIE, B, "192.0.2.0/24");
	measure(&c);
	assert_int_equal(sw_compile_ranges(c.rules, SW_SET_MAIL, SW_IPV4, stop, &calls), -EINTR);
	assert_int_equal(calls, 1);
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_listed),
		cmocka_unit_test(test_longest_entry_attributes),
		cmocka_unit_test(test_allow_wins_whatever_its_length),
		cmocka_unit_test(test_edges_of_the_address_space),
		cmocka_unit_test(test_more_exceptions_than_a_leaf_holds),
		cmocka_unit_test(test_whole_nets_need_no_leaf),
		cmocka_unit_test(test_wide_is_not_parted_by_what_is_fine),
		cmocka_unit_test(test_every_length_of_ipv6),
		cmocka_unit_test(test_many_ways),
		cmocka_unit_test(test_layout_too_small),
		cmocka_unit_test(test_ranges_stop_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
