// SPDX-License-Identifier: GPL-2.0
/* Which feed an address is found listed by. */
#include "compile_fixture.h"

#include "policy/compile.h"
#include "policy/flatten.h"
#include "policy/ranges.h"

enum {
	A,
	B,
	C,
	D
};

static void test_nothing_listed(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	compile(&c);
	assert_int_equal(c.need.nets, 0);
	/* With less, the lookups' bounds checks would wrap. */
	assert_int_equal(c.need.leaves, 4);
	assert_int_equal(c.need.dirs, SW_DIR6_PROBES);
	assert_int_equal(c.need.bounds, 1);
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

/* Whatever the lengths and ranks: what one feed enforces, no other lifts. */
static void test_a_feed_that_monitors_hides_none(void **state)
{
	struct compiled c;

	(void)state;
	begin(&c);
	c.rules->monitor[A] = true;
	c.rules->monitor[D] = true;
	list(&c, SW_KIND_CNC, A, "198.51.0.0/16");
	list(&c, SW_KIND_CNC, B, "198.51.100.0/24");
	list(&c, SW_KIND_CNC, A, "198.51.100.7");
	list(&c, SW_KIND_CNC, A, "198.51.100.128/25");
	list(&c, SW_KIND_CNC, C, "198.51.100.200");
	list(&c, SW_KIND_CNC, A, "203.0.113.0/24");
	list(&c, SW_KIND_CNC, B, "203.0.113.0/24");
	list(&c, SW_KIND_CNC, D, "203.0.113.9");
	list(&c, SW_KIND_CNC, A, "2001:db8::/32");
	list(&c, SW_KIND_CNC, D, "2001:db8:1::/48");
	list(&c, SW_KIND_CNC, C, "2001:db8:1:2::/64");
	list(&c, SW_KIND_CNC, D, "2001:db8:1:2::3");
	list(&c, SW_KIND_CNC, A, "2001:db8:9::/48");
	list(&c, SW_KIND_CNC, C, "2001:db8:9::/48");
	compile(&c);
	expect(&c, SW_SET_CNC, "198.51.99.255", A);
	expect(&c, SW_SET_CNC, "198.51.100.6", B);
	expect(&c, SW_SET_CNC, "198.51.100.7", B);
	expect(&c, SW_SET_CNC, "198.51.100.199", B);
	expect(&c, SW_SET_CNC, "198.51.100.200", C);
	expect(&c, SW_SET_CNC, "198.51.100.255", B);
	expect(&c, SW_SET_CNC, "198.51.101.0", A);
	expect(&c, SW_SET_CNC, "203.0.113.8", B);
	expect(&c, SW_SET_CNC, "203.0.113.9", B);
	expect(&c, SW_SET_CNC, "2001:db8::", A);
	expect(&c, SW_SET_CNC, "2001:db8:1:1::", D);
	expect(&c, SW_SET_CNC, "2001:db8:1:2::3", C);
	expect(&c, SW_SET_CNC, "2001:db8:1:3::", D);
	expect(&c, SW_SET_CNC, "2001:db8:9::1", C);
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_listed),
		cmocka_unit_test(test_longest_entry_attributes),
		cmocka_unit_test(test_a_feed_that_monitors_hides_none),
		cmocka_unit_test(test_allow_wins_whatever_its_length),
		cmocka_unit_test(test_edges_of_the_address_space),
		cmocka_unit_test(test_every_length_of_ipv6),
		cmocka_unit_test(test_ranges_stop_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
