// SPDX-License-Identifier: GPL-2.0
/* IPv4 addresses in those of IPv6: the examples of RFC 6052, 2.4, and 6to4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "embed.h"
#include "policy/bearers.h"

static struct sw_prefix prefix_of(const char *text)
{
	struct sw_prefix prefix;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	return prefix;
}

static void fill(struct sw_settings *settings)
{
	static const char *const text[SW_MAX_NAT64] = {
		"2001:db8::/32",	 "2001:db8:100::/40",	  "2001:db8:122::/48",
		"2001:db8:122:300::/56", "2001:db8:122:344::/64", "2001:db8:122:344::/96",
	};
	struct sw_prefix nat64[SW_MAX_NAT64];
	size_t i;

	for (i = 0; i < SW_MAX_NAT64; i++)
		nat64[i] = prefix_of(text[i]);
	sw_bearers_fill(nat64, SW_MAX_NAT64, settings);
}

static void test_carried(void **state)
{
	static const struct {
		const char *address, *carried; /* NULL: none */
	} cases[] = {
		{ "2001:db8:c000:221::", "192.0.2.33" },
		{ "2001:db8:1c0:2:21::", "192.0.2.33" },
		{ "2001:db8:122:c000:2:2100::", "192.0.2.33" },
		{ "2001:db8:122:3c0:0:221::", "192.0.2.33" },
		{ "2001:db8:122:344:c0:2:2100::", "192.0.2.33" },
		{ "2001:db8:122:344::192.0.2.33", "192.0.2.33" },
		{ "64:ff9b::192.0.2.33", "192.0.2.33" },
		{ "64:ff9b::255.255.255.255", "255.255.255.255" },
		{ "64:ff9b::", "0.0.0.0" },
		{ "2002:c000:221::1", "192.0.2.33" },
		{ "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "255.255.255.255" },
		/* Neither a suffix nor bits 64 to 71 matter. */
		{ "2001:db8:1c0:2:ff21:ffff:ffff:ffff", "192.0.2.33" },
		{ "64:ff9b:0:0:0:1:c000:221", NULL },
		{ "64:ff9b:1::192.0.2.33", NULL },
		{ "2003:c000:221::", NULL },
		{ "2001:db9:c000:221::", NULL },
		{ "::ffff:0:192.0.2.33", NULL },
	};
	static struct sw_settings settings;
	struct sw_prefix address;
	__u64 expected, carried;
	size_t i;

	(void)state;
	fill(&settings);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		address = prefix_of(cases[i].address);
		expected = 0;
		if (cases[i].carried)
			expected = SW_CARRIES | (__u64)prefix_of(cases[i].carried).address;
		carried = sw_carried4(&settings, sw_to_in6(address.address));
		if (carried != expected)
			fail_msg("%s: %llx, expected %llx", cases[i].address, carried, expected);
	}
}

/* The bits of IPv6 tables: of C&C only if there is something to be found. */
static void test_marks(void **state)
{
	static struct sw_policy policy;
	struct sw_compiler compiler = { .policy = &policy };
	struct sw_in6 near = sw_to_in6(prefix_of("64:ff9b::1").address);
	struct sw_in6 near6to4 = sw_to_in6(prefix_of("2002::").address);
	struct sw_in6 far = sw_to_in6(prefix_of("2600::").address);

	(void)state;
	sw_bearers_fill(NULL, 0, &policy.settings);
	sw_bearers_mark(&compiler);
	assert_int_equal(sw_table6_touched(&policy.v6[SW_SET_CNC], near) & 1, 0);
	assert_int_equal(sw_table6_touched(&policy.v6[SW_SET_CNC], near6to4) & 1, 0);
	assert_int_equal(sw_table6_touched(&policy.v6[SW_SET_MAIL], near) & 1, 1);
	policy.v4[SW_SET_CNC].touched[12345] = 1;
	sw_bearers_mark(&compiler);
	assert_int_equal(sw_table6_touched(&policy.v6[SW_SET_CNC], near) & 1, 1);
	assert_int_equal(sw_table6_touched(&policy.v6[SW_SET_CNC], near6to4) & 1, 1);
	assert_int_equal(sw_table6_touched(&policy.v6[SW_SET_CNC], far) & 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carried),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
