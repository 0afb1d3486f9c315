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

static void assert_line(const char *text, const char *next, int width, const char *shown)
{
	char line[SW_TOP_WRONG_TEXT];

	snprintf(wrong.line[0].text, sizeof(wrong.line[0].text), "%s", text);
	snprintf(wrong.line[0].next, sizeof(wrong.line[0].next), "%s", next);
	assert_string_equal(sw_top_wrong_line(&wrong, 0, width, line, sizeof(line)), shown);
}

static void the_command_is_seen(void **state)
{
	(void)state;
	assert_line("no daemon runs", "type this", 32, "no daemon runs > type this");
	assert_line("no daemon runs here at all", "type this", 36,
		    "no daemon runs here a... > type this");
	assert_line("no daemon runs here at all", "", 10, "no daemon runs here at all");
	/* With too little room it is the sentence that is begun. */
	assert_line("no daemon runs", "type this", 31, "no daemon runs");
}

static void no_character_is_cut(void **state)
{
	(void)state;
	assert_line("list of \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "x",
		    24, "list of \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4... > x");
}

static void programs_get_it_whole(void **state)
{
	json_t *list;

	(void)state;
	assert_line("no daemon runs", "type this", 80, "no daemon runs > type this");
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
