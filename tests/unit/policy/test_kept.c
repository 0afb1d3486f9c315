// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/kept_since.h"
#include "policy/rules_sort.h"

static char path[] = "/tmp/spamweir-kept-XXXXXX";

struct world {
	struct sw_feed_config feed[4];
	struct sw_entry_config entry;
	struct sw_config config;
	struct sw_rules *rules;
};

static struct sw_prefix prefix(const char *text)
{
	struct sw_prefix out;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &out), 0);
	return out;
}

static void add_feed(struct world *w, char *name, enum sw_kind kind)
{
	w->feed[w->config.feeds++] = (struct sw_feed_config){ .name = name, .kind = kind };
	w->config.feed = w->feed;
	w->config.path = "test.yaml";
}

static void make_rules(struct world *w)
{
	w->rules = calloc(1, sizeof(*w->rules));
	w->rules->feed = calloc(w->config.feeds, sizeof(*w->rules->feed));
	w->rules->feeds = w->config.feeds;
}

static void add_rule(struct world *w, size_t rank, const char *text)
{
	const struct sw_prefix rule = prefix(text);

	assert_int_equal(sw_rule_list_add(&w->rules->kind[w->feed[rank].kind], &rule, rank), 0);
	w->rules->feed[rank].prefixes++;
}

/* Two feeds, and one of the operator's. */
static void fill(struct world *w)
{
	add_feed(w, "nets", SW_KIND_CNC);
	add_feed(w, "bots", SW_KIND_ZOMBIE);
	add_feed(w, "operator-block", SW_KIND_CNC);
	make_rules(w);
	add_rule(w, 0, "192.0.2.0/24");
	add_rule(w, 0, "2001:db8::/32");
	add_rule(w, 1, "198.51.100.7");
	add_rule(w, 2, "203.0.113.7");
	assert_int_equal(sw_rules_sort(w->rules), 0);
}

static void keep(struct world *w, struct sw_kept *kept)
{
	assert_int_equal(sw_kept_save(path, &w->config, w->rules, NULL), 0);
	assert_int_equal(sw_kept_load(path, kept, NULL), 0);
}

/* Of what ends, as entries of a list may. */
static void what_has_ended_comes_back_no_more(void **state)
{
	const struct sw_prefix host = prefix("198.51.100.7"), net = prefix("192.0.2.0/24");
	const struct sw_prefix six = prefix("2001:db8::/32"), own = prefix("203.0.113.7");
	struct sw_rules *rules;
	struct sw_kept kept;
	struct world w = {};

	(void)state;
	fill(&w);
	assert_int_equal(sw_rule_ends_add(&w.rules->ends, &host, SW_KIND_ZOMBIE, 1, 1000), 0);
	assert_int_equal(sw_rule_ends_add(&w.rules->ends, &six, SW_KIND_CNC, 0, 1000), 0);
	assert_int_equal(sw_rule_ends_add(&w.rules->ends, &own, SW_KIND_CNC, 2, 1000), 0);
	assert_int_equal(sw_rule_ends_add(&w.rules->ends, &net, SW_KIND_CNC, 0, ~0ULL), 0);
	keep(&w, &kept);
	assert_int_equal(sw_kept_rules(&kept, &w.config, &rules, NULL), 0);
	assert_int_equal(rules->kind[SW_KIND_ZOMBIE].v4_count, 0);
	assert_int_equal(rules->kind[SW_KIND_CNC].v6_count, 0);
	assert_int_equal(sw_rule4_address(rules->kind[SW_KIND_CNC].v4[0]), net.address);
	assert_int_equal(rules->feed[0].prefixes, 1);
	assert_int_equal(rules->feed[1].prefixes, 0);
	assert_int_equal(rules->ends.count, 1);
	sw_rules_free(rules);
	sw_kept_free(&kept);
	sw_rules_free(w.rules);
}

static void comes_back_as_it_was(void **state)
{
	struct world w = {};
	struct sw_kept kept;

	(void)state;
	fill(&w);
	keep(&w, &kept);
	assert_int_equal(kept.feeds, 3);
	assert_string_equal(kept.feed[1].name, "bots");
	assert_int_equal(kept.feed[0].prefixes, 2);
	assert_int_equal(kept.rules->kind[SW_KIND_CNC].v4_count, 2);
	assert_int_equal(kept.rules->kind[SW_KIND_CNC].v6_count, 1);
	assert_true(kept.rules->kind[SW_KIND_ZOMBIE].v4[0] == w.rules->kind[SW_KIND_ZOMBIE].v4[0]);
	sw_kept_free(&kept);
	sw_rules_free(w.rules);
}

static void refuses_what_is_damaged(void **state)
{
	struct world w = {};
	struct sw_kept kept;
	long at, size;
	FILE *file;
	int byte;

	(void)state;
	fill(&w);
	keep(&w, &kept);
	sw_kept_free(&kept);
	sw_rules_free(w.rules);
	file = fopen(path, "r+");
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	for (at = 0; at < size; at++) {
		fseek(file, at, SEEK_SET);
		byte = fgetc(file);
		fseek(file, at, SEEK_SET);
		fputc(byte ^ 0x10, file);
		fflush(file);
		assert_int_equal(sw_kept_load(path, &kept, NULL), -EINVAL);
		fseek(file, at, SEEK_SET);
		fputc(byte, file);
		fflush(file);
	}
	fclose(file);
	for (at = 0; at < size; at++) {
		assert_int_equal(truncate(path, size - 1 - at), 0);
		assert_int_equal(sw_kept_load(path, &kept, NULL), -EINVAL);
	}
}

static void tells_what_came_and_went(void **state)
{
	__u64 added[SW_MAX_FEEDS], removed[SW_MAX_FEEDS];
	struct world w = {}, later = {};
	struct sw_kept before, after, none = {};

	(void)state;
	fill(&w);
	keep(&w, &before);
	add_feed(&later, "bots", SW_KIND_ZOMBIE);
	add_feed(&later, "nets", SW_KIND_CNC);
	make_rules(&later);
	add_rule(&later, 0, "198.51.100.7");
	add_rule(&later, 0, "198.51.100.8");
	add_rule(&later, 1, "192.0.2.0/25"); /* of the same address */
	add_rule(&later, 1, "203.0.113.7");  /* another feed's until now */
	add_rule(&later, 1, "2001:db8::/32");
	assert_int_equal(sw_rules_sort(later.rules), 0);
	keep(&later, &after);
	sw_kept_compare(&before, &after, added, removed);
	assert_int_equal(added[0], 1);
	assert_int_equal(added[1], 2);
	assert_int_equal(removed[0], 1); /* nets */
	assert_int_equal(removed[1], 0); /* bots */
	assert_int_equal(removed[2], 1); /* operator-block */
	sw_kept_compare(&none, &after, added, removed);
	assert_int_equal(added[0] + added[1], 5);
	sw_kept_free(&before);
	sw_kept_free(&after);
	sw_rules_free(w.rules);
	sw_rules_free(later.rules);
}

static void takes_the_operators_lists_as_they_are_now(void **state)
{
	struct sw_prefix now[] = { prefix("203.0.113.9"), prefix("2001:db8:9::/48") };
	struct world w = {}, config = {};
	struct sw_rules *rules;
	struct sw_kept kept;

	(void)state;
	fill(&w);
	keep(&w, &kept);
	add_feed(&config, "nets", SW_KIND_CNC);
	add_feed(&config, "bots", SW_KIND_ZOMBIE);
	add_feed(&config, "operator-allow", SW_KIND_ALLOW);
	config.entry = (struct sw_entry_config){ .prefix = now, .prefixes = 2 };
	config.feed[2].entry = &config.entry;
	config.feed[2].entries = 1;
	assert_int_equal(sw_kept_rules(&kept, &config.config, &rules, NULL), 0);
	assert_int_equal(rules->kind[SW_KIND_CNC].v4_count, 1); /* not what the operator blocked */
	assert_int_equal(rules->kind[SW_KIND_ALLOW].v4_count, 1);
	assert_int_equal(rules->kind[SW_KIND_ALLOW].v6_count, 1);
	assert_int_equal(rules->feed[2].prefixes, 2);
	assert_int_equal(rules->feed[0].prefixes, 2);
	sw_rules_free(rules);
	config.feed[0].name = "others";
	assert_int_equal(sw_kept_rules(&kept, &config.config, &rules, NULL), -EINVAL);
	sw_kept_free(&kept);
	sw_rules_free(w.rules);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_was),
		cmocka_unit_test(what_has_ended_comes_back_no_more),
		cmocka_unit_test(refuses_what_is_damaged),
		cmocka_unit_test(tells_what_came_and_went),
		cmocka_unit_test(takes_the_operators_lists_as_they_are_now),
	};

	return cmocka_run_group_tests_name("kept", tests, make_file, remove_file);
}
