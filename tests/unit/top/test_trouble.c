// SPDX-License-Identifier: GPL-2.0
/* What is wrong, in as many columns as there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "top/trouble.h"

static struct sw_top_wrong wrong;

static void assert_lines(const char *text, const char *next, int width, const char *first,
			 const char *second)
{
	struct sw_top_wrong_lines shown;

	snprintf(wrong.line[0].text, sizeof(wrong.line[0].text), "%s", text);
	snprintf(wrong.line[0].next, sizeof(wrong.line[0].next), "%s", next);
	sw_top_wrong_show(&wrong, 0, width, &shown);
	assert_int_equal(shown.count, second ? 2 : 1);
	assert_string_equal(shown.line[0], first);
	if (second)
		assert_string_equal(shown.line[1], second);
}

static void the_command_is_seen(void **state)
{
	(void)state;
	assert_lines("no daemon runs", "type this", 26, "no daemon runs > type this", NULL);
	assert_lines("no daemon runs", "type this", 25, "no daemon runs", "  > type this");
	assert_lines("no daemon runs here", "type this", 17, "no daemon runs...", "  > type this");
	assert_lines("no daemon runs here", "type this at length", 17, "no daemon runs...",
		     "  > type this ...");
	assert_lines("no daemon runs", "", 14, "no daemon runs", NULL);
	assert_lines("no daemon runs: packets are judged, but nobody looks", "type this", 52,
		     "no daemon runs: packets are judged, b... > type this", NULL);
}

static void no_character_is_cut(void **state)
{
	(void)state;
	assert_lines("list of \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "x", 14,
		     "list of \xc3\xa4...", "  > x");
}

static void programs_get_it_whole(void **state)
{
	json_t *list;

	(void)state;
	assert_lines("no daemon runs", "type this", 80, "no daemon runs > type this", NULL);
	wrong.count = 1;
	list = sw_top_wrong_json(&wrong);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_array_get(list, 0)),
			    "no daemon runs: `type this`");
	json_decref(list);
	wrong.line[0].next[0] = '\0';
	list = sw_top_wrong_json(&wrong);
	assert_string_equal(json_string_value(json_array_get(list, 0)), "no daemon runs");
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_is_seen),
		cmocka_unit_test(no_character_is_cut),
		cmocka_unit_test(programs_get_it_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
