// SPDX-License-Identifier: GPL-2.0
/* Rates of two looks at the counters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/pace.h"

static struct sw_look before, now;

static int begin(void **state)
{
	(void)state;
	before = (struct sw_look){ .at_ms = 1000 };
	before.counters[3].cell[0][SW_CLEAN][1].packets = 1000;
	before.counters[3].cell[0][SW_CLEAN][1].bytes = 100000;
	now = before;
	now.at_ms = 1250;
	return 0;
}

static void rates_are_of_a_second(void **state)
{
	struct sw_pace pace;

	(void)state;
	now.counters[3].cell[0][SW_CLEAN][1].packets += 100;
	now.counters[3].cell[0][SW_CLEAN][1].bytes += 10000;
	now.counters[3].cell[0][SW_CNC_DST][0].packets += 5;
	now.counters[3].cell[1][SW_CNC_DST][0].packets += 20; /* would have been dropped */
	now.counters[3].cell[0][SW_CNC_DST][0].bytes += 500;
	pace = sw_look_pace(&before, &now, 3);
	assert_int_equal(pace.packets, 4 * 125);
	assert_int_equal(pace.stopped[0], 4 * 5);
	assert_int_equal(pace.stopped[1], 4 * 20);
	assert_int_equal(pace.bits, 8 * 4 * 10500);
	assert_int_equal(sw_stopped(&now.counters[3], 0), 5);
	assert_int_equal(sw_stopped(&now.counters[3], 1), 20);
	assert_int_equal(sw_counted_all(&now.counters[3]).packets, 1125);
	assert_int_equal(sw_look_pace(&before, &now, 2).packets, 0);
}

static void counters_that_began_anew_have_no_rate(void **state)
{
	struct sw_pace pace;

	(void)state;
	now.counters[3] = (struct sw_counters){ 0 };
	pace = sw_look_pace(&before, &now, 3);
	assert_int_equal(pace.packets, 0);
	assert_int_equal(pace.bits, 0);
	now = before; /* no time went by */
	assert_int_equal(sw_look_pace(&before, &now, 3).packets, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rates_are_of_a_second, begin),
		cmocka_unit_test_setup(counters_that_began_anew_have_no_rate, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
