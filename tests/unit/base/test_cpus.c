// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cpus.h"

static void lists_are_counted(void **state)
{
	(void)state;
	assert_int_equal(sw_count_cpus("0\n"), 1);
	assert_int_equal(sw_count_cpus("0-3\n"), 4);
	assert_int_equal(sw_count_cpus("0-3"), 4);
	assert_int_equal(sw_count_cpus("0,2-3,8\n"), 4);
}

static void what_is_no_list_is_not(void **state)
{
	static const char *const no[] = { "",	  "\n",	   "0-",  "0-\n",	    "3-1\n",
					  "0,\n", "0;1\n", "x\n", "0-99999999999\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_int_equal(sw_count_cpus(no[i]), -EPROTO);
}

static void there_is_one_here(void **state)
{
	(void)state;
	assert_true(sw_possible_cpus() >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_counted),
		cmocka_unit_test(what_is_no_list_is_not),
		cmocka_unit_test(there_is_one_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
