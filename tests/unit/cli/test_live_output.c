// SPDX-License-Identifier: GPL-2.0
/* Live zombies as they are printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/live_output.h"

#define S 1000000000ULL

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void one_that_came_after_the_clock_was_read_has_no_age(void **state)
{
	struct sw_live live = { .since_ns = 100 * S + 1, .until_ns = SW_LIVE_FOREVER };
	struct sw_prefix prefix = { .family = SW_IPV4, .length = 32 };
	json_t *object;

	(void)state;
	assert_int_equal(sw_live_age(&live, 100 * S), 0);
	assert_int_equal(sw_live_age(&live, 90 * S), 0);
	object = sw_live_json(&prefix, &live, 100 * S);
	assert_int_equal(number(object, "age_seconds"), 0);
	json_decref(object);
}

static void one_from_before_the_boot_keeps_its_age(void **state)
{
	struct sw_live live = { .since_ns = -3600 * S, .until_ns = SW_LIVE_FOREVER };

	(void)state;
	assert_int_equal(sw_live_age(&live, 60 * S), 3660);
}

static void one_that_has_ended_has_nothing_left(void **state)
{
	struct sw_live live = { .since_ns = 10 * S, .until_ns = 20 * S };
	struct sw_prefix prefix = { .family = SW_IPV4, .length = 32 };
	json_t *object = sw_live_json(&prefix, &live, 30 * S);

	(void)state;
	assert_int_equal(number(object, "seconds_left"), 0);
	assert_int_equal(number(object, "age_seconds"), 20);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_came_after_the_clock_was_read_has_no_age),
		cmocka_unit_test(one_from_before_the_boot_keeps_its_age),
		cmocka_unit_test(one_that_has_ended_has_nothing_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
