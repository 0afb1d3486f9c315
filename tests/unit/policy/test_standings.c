// SPDX-License-Identifier: GPL-2.0
/* What is said of an address that several feeds list. */
#include "compile_fixture.h"

#include "policy/standings.h"

enum {
	A,
	B,
	C,
	D
};

static void begin_feeds(struct compiled *c, size_t feeds)
{
	begin(c);
	c->rules->feeds = feeds;
	c->rules->feed = calloc(feeds, sizeof(*c->rules->feed));
	assert_non_null(c->rules->feed);
}

/* As the settings have it, which the compiler does not write. */
static void fill(struct compiled *c, const enum sw_kind *kind)
{
	size_t i;

	compile(c);
	for (i = 0; i < c->rules->feeds; i++)
		c->policy->settings.feed[slot_of(i)].kind = kind[i];
	sw_standings_fill(c->rules, slots(), c->rules->feeds, &c->policy->settings);
}

static struct sw_standing standing_of(struct compiled *c, const char *address)
{
	return c->policy->settings.standing[look_up(c, SW_SET_MAIL, prefix_of(address))];
}

static void expect_standing(struct compiled *c, const char *address, int feed, int to_feed,
			    enum sw_to to)
{
	struct sw_standing standing = standing_of(c, address);

	assert_int_equal(standing.feed, slot_of(feed));
	assert_int_equal(standing.to_feed, slot_of(to_feed));
	assert_int_equal(standing.to, to);
}

/* The longest prefix says who lists an address; who says most of mail to it is heeded. */
static void test_allow_feeds_that_differ(void **state)
{
	static const enum sw_kind kind[] = { SW_KIND_ALLOW, SW_KIND_ALLOW, SW_KIND_ALLOW,
					     SW_KIND_ZOMBIE };
	static const enum sw_to to[] = { SW_TO_SAID, SW_TO_IMPLIED, SW_TO_NOTHING };
	struct compiled c;

	(void)state;
	begin_feeds(&c, 4);
	memcpy(c.rules->to, (__u8[]){ to[A], to[B], to[C] }, 3);
	list(&c, SW_KIND_ALLOW, A, "192.0.2.0/24");
	list(&c, SW_KIND_ALLOW, B, "192.0.2.16/28");
	list(&c, SW_KIND_ALLOW, C, "192.0.2.16/29");
	list(&c, SW_KIND_ALLOW, C, "192.0.2.0/24");
	list(&c, SW_KIND_ALLOW, C, "198.51.100.0/24");
	list(&c, SW_KIND_ALLOW, B, "198.51.100.0/25");
	list(&c, SW_KIND_ZOMBIE, D, "192.0.0.0/16");
	list(&c, SW_KIND_ALLOW, C, "2001:db8::1");
	list(&c, SW_KIND_ALLOW, A, "2001:db8::1");
	fill(&c, kind);
	expect_standing(&c, "192.0.1.255", D, NOBODY, SW_TO_NOTHING);
	expect_standing(&c, "192.0.2.15", A, A, SW_TO_SAID);
	expect_standing(&c, "192.0.2.16", C, A, SW_TO_SAID);
	expect_standing(&c, "192.0.2.24", B, A, SW_TO_SAID);
	expect_standing(&c, "192.0.2.32", A, A, SW_TO_SAID);
	expect_standing(&c, "198.51.100.127", B, B, SW_TO_IMPLIED);
	expect_standing(&c, "198.51.100.128", C, NOBODY, SW_TO_NOTHING);
	expect_standing(&c, "203.0.113.1", NOBODY, NOBODY, SW_TO_NOTHING);
	expect_standing(&c, "2001:db8::1", A, A, SW_TO_SAID);
	assert_int_equal(c.rules->combinations, 2);
	assert_true(sw_has_combinations(&c.policy->settings));
	end(&c);
}

/* Then of none is there a second meaning, and no number is needed. */
static void test_allow_feeds_that_agree(void **state)
{
	static const enum sw_kind kind[] = { SW_KIND_ALLOW, SW_KIND_ALLOW };
	struct compiled c;

	(void)state;
	begin_feeds(&c, 2);
	memset(c.rules->to, SW_TO_IMPLIED, 2);
	list(&c, SW_KIND_ALLOW, A, "192.0.2.0/24");
	list(&c, SW_KIND_ALLOW, B, "192.0.2.16/28");
	fill(&c, kind);
	assert_int_equal(c.rules->combinations, 0);
	assert_false(sw_has_combinations(&c.policy->settings));
	expect_standing(&c, "192.0.2.16", B, B, SW_TO_IMPLIED);
	expect_standing(&c, "192.0.2.15", A, A, SW_TO_IMPLIED);
	end(&c);
}

/* A feed on trial does not free from a limit that is enforced; beside another one on
 * trial, or enforced itself, zombies come first. */
static void test_a_trial_of_zombies_beside_a_limit(void **state)
{
	static const enum sw_kind kind[] = { SW_KIND_ZOMBIE, SW_KIND_LIMIT, SW_KIND_LIMIT,
					     SW_KIND_ZOMBIE };
	struct compiled c;

	(void)state;
	begin_feeds(&c, 4);
	c.rules->monitor[A] = c.rules->monitor[C] = true;
	list(&c, SW_KIND_ZOMBIE, A, "192.0.2.0/24");
	list(&c, SW_KIND_LIMIT, B, "192.0.2.0/25");
	list(&c, SW_KIND_LIMIT, C, "192.0.2.128/26");
	list(&c, SW_KIND_ZOMBIE, D, "192.0.2.8/29");
	list(&c, SW_KIND_ZOMBIE, A, "2001:db8::/48");
	list(&c, SW_KIND_LIMIT, B, "2001:db8::/64");
	fill(&c, kind);
	assert_int_equal(standing_of(&c, "192.0.2.1").feed, slot_of(B));
	assert_int_equal(standing_of(&c, "192.0.2.8").feed, slot_of(D));
	assert_int_equal(standing_of(&c, "192.0.2.129").feed, slot_of(A));
	assert_int_equal(standing_of(&c, "192.0.2.255").feed, slot_of(A));
	assert_int_equal(standing_of(&c, "2001:db8::1").feed, slot_of(B));
	assert_int_equal(standing_of(&c, "2001:db8:0:1::1").feed, slot_of(A));
	end(&c);
}

/* With no number left for what holds of an address, no meaning is lost, only who it is by. */
static void test_no_number_left(void **state)
{
	static enum sw_kind kind[SW_MAX_FEEDS - 1];
	struct compiled c;
	int i;

	(void)state;
	begin_feeds(&c, SW_MAX_FEEDS - 1);
	for (i = 0; i < SW_MAX_FEEDS - 1; i++)
		kind[i] = SW_KIND_ALLOW;
	c.rules->to[A] = SW_TO_ZOMBIES;
	list(&c, SW_KIND_ALLOW, A, "192.0.2.0/24");
	list(&c, SW_KIND_ALLOW, B, "192.0.2.16/28");
	fill(&c, kind);
	assert_int_equal(c.rules->combinations, 0);
	expect_standing(&c, "192.0.2.16", A, A, SW_TO_ZOMBIES);
	assert_int_equal(standing_of(&c, "192.0.2.16").kind, SW_KIND_ALLOW);
	end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allow_feeds_that_differ),
		cmocka_unit_test(test_allow_feeds_that_agree),
		cmocka_unit_test(test_a_trial_of_zombies_beside_a_limit),
		cmocka_unit_test(test_no_number_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
