// SPDX-License-Identifier: GPL-2.0
/* Sorting rules, and own space as ranges. */
#include "policy/own.h"
#include "policy/rules_sort.h"
#include "rules_fixture.h"

static __u32 next_random(void)
{
	static __u64 seed = 1;

	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed >> 32;
}

static void add_random(struct sw_rule_list *list, unsigned spread)
{
	struct sw_prefix prefix = { .family = next_random() & 1 ? SW_IPV4 : SW_IPV6 };
	int i;

	for (i = 0; i < 4; i++)
		prefix.address = prefix.address << 32 | next_random() % spread
								<< next_random() % 32;
	if (prefix.family == SW_IPV4)
		prefix.address = (__u32)prefix.address;
	prefix.length = next_random() % (sw_family_bits(prefix.family) + 1);
	sw_prefix_clear_host_bits(&prefix);
	assert_int_equal(sw_rule_list_add(list, &prefix, next_random() % 3), 0);
}

static int compare_words(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* qsort and a plain pass are the judge. */
static void expect_sorted(struct sw_rules *rules)
{
	struct sw_rule_list *list = &rules->kind[SW_KIND_CNC];
	size_t count = list->v4_count, i, kept = 0;
	__u64 *copy = malloc(count * sizeof(*copy) + 1);

	if (count)
		memcpy(copy, list->v4, count * sizeof(*copy));
	qsort(copy, count, sizeof(*copy), compare_words);
	for (i = 0; i < count; i++) {
		if (!i || copy[i] >> 24 != copy[i - 1] >> 24)
			copy[kept++] = copy[i];
	}
	assert_int_equal(sw_rules_sort(rules), 0);
	assert_int_equal(list->v4_count, kept);
	assert_int_equal(kept ? memcmp(copy, list->v4, kept * sizeof(*copy)) : 0, 0);
	for (i = 1; i < list->v6_count; i++) {
		const struct sw_rule6 *a = &list->v6[i - 1], *b = &list->v6[i];

		assert_true(a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo) ||
			    (a->hi == b->hi && a->lo == b->lo && a->length < b->length));
	}
	free(copy);
}

static void sorts_and_drops_duplicates(void **state)
{
	static const unsigned spread[] = { 1, 2, 9, 300, 70000, 0x7fffffff };
	size_t s, i;

	(void)state;
	for (s = 0; s < sizeof(spread) / sizeof(spread[0]); s++) {
		struct sw_rules *rules = calloc(1, sizeof(*rules));

		for (i = 0; i < 5000; i++)
			add_random(&rules->kind[SW_KIND_CNC], spread[s]);
		expect_sorted(rules);
		expect_sorted(rules); /* and again, as it is */
		sw_rules_free(rules);
	}
	sw_rules_free(NULL);
}

static void the_feed_named_first_keeps_a_duplicate(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	add_file(&f, "a", SW_KIND_CNC, "192.0.2.0/25\n2001:db8::/48\n");
	add_file(&f, "b", SW_KIND_CNC,
		 "192.0.2.0/24\n192.0.2.0/25\n2001:db8::/48\n2001:db8::/47\n");
	add_file(&f, "c", SW_KIND_CNC, "192.0.2.0/25\n192.0.2.0/25\n2001:db8::/48\n");
	assert_int_equal(read_rules(&f), 0);
	expect_rules(&f, SW_KIND_CNC,
		     "192.0.2.0/24#1 192.0.2.0/25#0 2001:db8::/47#1 2001:db8::/48#0");
	clean(&f);
}

static void the_lowest_rank_wins_in_any_order(void **state)
{
	static const __u8 rank[] = { 2, 1, 3 };
	struct sw_rules *rules = calloc(1, sizeof(*rules));
	struct sw_prefix prefix;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rank); i++) {
		prefix = (struct sw_prefix){ 7, SW_IPV4, 32 };
		assert_int_equal(sw_rule_list_add(&rules->kind[SW_KIND_CNC], &prefix, rank[i]), 0);
		prefix = (struct sw_prefix){ 7, SW_IPV6, 128 };
		assert_int_equal(sw_rule_list_add(&rules->kind[SW_KIND_CNC], &prefix, rank[i]), 0);
	}
	assert_int_equal(sw_rules_sort(rules), 0);
	assert_string_equal(listed(rules, SW_KIND_CNC), "0.0.0.7#1 ::7#1");
	sw_rules_free(rules);
}

/* Every prefix of 64 addresses against every address of own space. */
static void own_space_overlaps_what_shares_an_address(void **state)
{
	struct sw_rule_list list = { 0 };
	bool mine[64] = { false };
	struct sw_prefix prefix;
	struct sw_own own;
	unsigned round, i, length, first;
	bool expected;

	(void)state;
	for (round = 0; round < 200; round++) {
		prefix = (struct sw_prefix){ next_random() % 64, SW_IPV4, 28 + next_random() % 5 };
		sw_prefix_clear_host_bits(&prefix);
		list.v4_count = round % 5 ? list.v4_count : 0;
		if (!list.v4_count)
			memset(mine, 0, sizeof(mine));
		assert_int_equal(sw_rule_list_add(&list, &prefix, 0), 0);
		for (i = prefix.address; i <= sw_prefix_last(&prefix); i++)
			mine[i] = true;
		assert_int_equal(sw_own_build(&list, &own), 0);
		for (length = 26; length <= 32; length++) {
			for (first = 0; first < 64; first += 1 << (32 - length)) {
				prefix = (struct sw_prefix){ first, SW_IPV4, length };
				expected = false;
				for (i = first; i <= sw_prefix_last(&prefix); i++)
					expected |= mine[i];
				assert_int_equal(sw_own_overlaps(&own, &prefix), expected);
			}
		}
		prefix = (struct sw_prefix){ 0, SW_IPV6, 0 };
		assert_false(sw_own_overlaps(&own, &prefix));
		sw_own_free(&own);
	}
	free(list.v4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_and_drops_duplicates),
		cmocka_unit_test(the_feed_named_first_keeps_a_duplicate),
		cmocka_unit_test(the_lowest_rank_wins_in_any_order),
		cmocka_unit_test(own_space_overlaps_what_shares_an_address),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
