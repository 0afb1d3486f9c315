// SPDX-License-Identifier: GPL-2.0
/* Entries that end: which of two equal ones is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "feed/items.h"
#include "feed/items_finish.h"

static void add_plain(struct sw_items *items, const char *text, __u32 line)
{
	struct sw_copy_about about = { .line = line };
	struct sw_prefix prefix;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	assert_int_equal(sw_items_add(items, &prefix, about), 0);
}

static void add(struct sw_items *items, const char *text, __u32 line, __u64 until)
{
	struct sw_copy_about about = { .line = line };
	struct sw_prefix prefix;
	char tag[16];

	snprintf(tag, sizeof(tag), "t%u", line);
	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	assert_int_equal(sw_items_tag(items, tag, strlen(tag), &about.tag), 0);
	if (until)
		assert_int_equal(sw_items_end(items, until, &about.tag), 0);
	assert_int_equal(sw_items_add(items, &prefix, about), 0);
}

static void expect(struct sw_items *items, const char *expected)
{
	const __u32 most[SW_FAMILIES] = { [SW_IPV4] = 100, [SW_IPV6] = 100 };
	char got[512] = "";
	size_t i;

	assert_int_equal(sw_items_finish(items, most), 0);
	for (i = 0; i < items->v4_count + items->v6_count; i++) {
		struct sw_copy_about about = i < items->v4_count
						     ? sw_item4_about(items, items->v4[i])
						     : items->v6[i - items->v4_count].about;

		sprintf(got + strlen(got), "%u:%s:%llu ", about.line,
			items->tags ? items->tags + sw_item_tag(items, about) : "",
			sw_item_until(items, about));
	}
	assert_string_equal(got, expected);
	sw_items_free(items);
}

static void of_equal_entries_the_one_that_ends_last_is_kept(void **state)
{
	struct sw_items items = { 0 };

	(void)state;
	add(&items, "192.0.2.1", 1, 100);
	add(&items, "192.0.2.1", 2, 300);
	add(&items, "192.0.2.1", 3, 200);
	add(&items, "192.0.2.2", 4, 100);
	add(&items, "192.0.2.2", 5, 0);
	add(&items, "192.0.2.2", 6, 900);
	add(&items, "192.0.2.3", 7, 0);
	add(&items, "192.0.2.3", 8, 0);
	add(&items, "2001:db8::1", 9, 5);
	add(&items, "2001:db8::1", 10, 6);
	expect(&items, "2:t2:300 5:t5:0 7:t7:0 10:t10:6 ");
}

static void what_an_exclusion_leaves_keeps_its_end(void **state)
{
	struct sw_items items = { 0 };
	struct sw_prefix prefix;

	(void)state;
	add(&items, "192.0.2.0/31", 1, 100);
	assert_int_equal(sw_prefix_parse("192.0.2.1", 9, &prefix), 0);
	assert_int_equal(sw_items_exclude(&items, &prefix, 2, SW_EXCLUDES_LONGEST), 0);
	expect(&items, "1:t1:100 ");
}

/* Lines stand in the items themselves until one has a tag, or a number too large. */
static void each_entry_keeps_its_line(void **state)
{
	struct sw_items items = { 0 };
	char text[32];
	int i;

	(void)state;
	add_plain(&items, "192.0.2.9", 3);
	add_plain(&items, "192.0.2.1", 4);
	add_plain(&items, "192.0.2.9", 5);
	assert_null(items.v4_about);
	expect(&items, "4::0 3::0 ");

	add_plain(&items, "192.0.2.9", 3);
	add_plain(&items, "192.0.2.1", 4);
	add(&items, "192.0.2.5", 6, 7);
	add_plain(&items, "192.0.2.9", 8);
	add_plain(&items, "192.0.2.7", SW_ITEM4_PLACES + 1);
	expect(&items, "4::0 6:t6:7 67108865::0 3::0 ");

	add_plain(&items, "192.0.2.9", 3);
	add_plain(&items, "192.0.2.7", SW_ITEM4_PLACES);
	expect(&items, "67108864::0 3::0 ");

	for (i = 0; i < 300; i++) {
		snprintf(text, sizeof(text), "10.0.%d.%d", i / 256, i % 256);
		if (i < 255 || i > 257)
			add_plain(&items, text, i + 1);
		else
			add(&items, text, i + 1, 0);
	}
	for (i = 0; i < 300; i++)
		assert_int_equal(sw_item4_about(&items, items.v4[i]).line, i + 1);
	sw_items_free(&items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_entry_keeps_its_line),
		cmocka_unit_test(of_equal_entries_the_one_that_ends_last_is_kept),
		cmocka_unit_test(what_an_exclusion_leaves_keeps_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
