// SPDX-License-Identifier: GPL-2.0
/* What foreign lists may not list: special-purpose space, and this router's hosts. */
#include "policy/guard.h"
#include "policy/special.h"
#include "rules_fixture.h"

static struct sw_host host[] = {
	{ { 0xc6336401, SW_IPV4, 32 }, SW_HOST_OWN },	   /* 198.51.100.1 */
	{ { 0xc63364fe, SW_IPV4, 32 }, SW_HOST_GATEWAY },  /* 198.51.100.254 */
	{ { 0x0a000001, SW_IPV4, 32 }, SW_HOST_RESOLVER }, /* 10.0.0.1 */
};
static struct sw_hosts hosts = { host, 3 };

static void add_bogons(struct fixture *f)
{
	add_file(f, "bogons", SW_KIND_CNC,
		 "0.0.0.0/8\n10.0.0.0/8\n100.64.0.0/10\n127.0.0.0/8\n169.254.0.0/16\n"
		 "172.16.0.0/12\n192.0.0.0/24\n192.168.0.0/16\n224.0.0.0/8\n255.255.255.255\n"
		 "192.88.0.0/16\n203.0.113.0/24\nfe80::/64\nff02::/16\nfc00::/16\n::1\n"
		 "2002:cb00:7100::/40\n2001:0:cb00:7100::/64\n");
	f->feed[f->config.feeds - 1].max_width[SW_IPV6] = 7;
}

static void the_table_parses_and_is_in_no_doubt(void **state)
{
	struct sw_prefix prefix;
	size_t i;

	(void)state;
	for (i = 0; i < sw_specials; i++) {
		assert_int_equal(sw_prefix_parse(sw_special[i].prefix, strlen(sw_special[i].prefix),
						 &prefix),
				 0);
		assert_false(sw_prefix_clear_host_bits(&prefix));
	}
}

static void special_space_is_kept_out(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_bogons(&f);
	assert_int_equal(read_rules(&f), 0);
	expect_rules(&f, SW_KIND_CNC,
		     "192.88.0.0/18#0 192.88.64.0/19#0 192.88.96.0/23#0 192.88.98.0/24#0 "
		     "192.88.100.0/22#0 192.88.104.0/21#0 192.88.112.0/20#0 192.88.128.0/17#0 "
		     "203.0.113.0/24#0 2001:0:cb00:7100::/64#0 2002:cb00:7100::/40#0");
	assert_int_equal(f.rules->feed[0].special, 15);
	assert_int_equal(f.rules->feed[0].prefixes, 4);
	assert_string_equal(
		f.warnings,
		"spamweir: warning: feed bogons: special-purpose space is left out, of 15 entries, "
		"such as bogons:1: 0.0.0.0/8 (this network, RFC 791); may_list_special: true takes "
		"it\n");
	clean(&f);
}

static void special_space_may_be_listed_where_told(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_bogons(&f);
	f.feed[0].may_list_special = true;
	assert_int_equal(read_rules(&f), 0);
	assert_string_equal(f.warnings, "");
	assert_int_equal(f.rules->feed[0].prefixes, 18);
	clean(&f);
}

static void what_the_router_needs_is_always_kept_out(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	f.reading.hosts = &hosts;
	add_file(&f, "list", SW_KIND_ZOMBIE, "10.0.0.0/31\n198.51.100.1\n198.51.100.252/30\n");
	add_inline(&f.feed[0], "198.51.100.254", 9);
	f.feed[0].may_list_special = true;
	f.feed[0].may_list_own = true;
	add_inline(add_feed(&f, "mine", SW_KIND_ALLOW), "198.51.100.1", 10);
	assert_int_equal(read_rules(&f), 0);
	expect_rules(&f, SW_KIND_ZOMBIE, "10.0.0.0#0 198.51.100.252/31#0 198.51.100.255#0");
	expect_rules(&f, SW_KIND_ALLOW, "198.51.100.1#1");
	assert_string_equal(
		f.warnings,
		"spamweir: warning: feed list: what this router needs is left out, of 4 entries, "
		"such as list:1: 10.0.0.0/31 (a resolver of this router)\n");
	clean(&f);
}

/* Subscribers behind carrier-grade NAT have such addresses. */
static void own_space_is_not_foreign(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_inline(add_feed(&f, "own", SW_KIND_OWN), "100.64.0.0/10", 3);
	add_file(&f, "infected", SW_KIND_ZOMBIE, "100.64.0.7\n192.168.0.7\n");
	f.feed[1].may_list_own = true;
	assert_int_equal(read_rules(&f), 0);
	expect_rules(&f, SW_KIND_ZOMBIE, "100.64.0.7#1");
	assert_int_equal(f.rules->feed[1].special, 1);
	clean(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_parses_and_is_in_no_doubt),
		cmocka_unit_test(special_space_is_kept_out),
		cmocka_unit_test(special_space_may_be_listed_where_told),
		cmocka_unit_test(what_the_router_needs_is_always_kept_out),
		cmocka_unit_test(own_space_is_not_foreign),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
