// SPDX-License-Identifier: GPL-2.0
/* When the daemon announces what it hears of. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/announce_watch.h"

static void test_what_was_listed_is_announced_once(void **state)
{
	struct sw_announce_watch watch = {};

	(void)state;
	assert_false(sw_announce_watch_due(&watch, 0));
	assert_true(sw_announce_watch_due(&watch, 3));
	sw_announce_watch_begin(&watch, 3);
	assert_int_equal(sw_announce_watch_end(&watch, 0, 10, 1010), SW_ANNOUNCE_LOOK);
	assert_false(sw_announce_watch_due(&watch, 3));
	assert_true(sw_announce_watch_due(&watch, 4));
}

/* What takes long is done less often. */
static void test_slow(void **state)
{
	struct sw_announce_watch watch = {};

	(void)state;
	sw_announce_watch_begin(&watch, 1);
	assert_int_equal(sw_announce_watch_end(&watch, 0, 500, 1000), 1500);
}

/* Nothing is forgotten for which there was no lock, and what was heard meanwhile stays. */
static void test_held(void **state)
{
	struct sw_announce_watch watch = { .all = true };

	(void)state;
	sw_announce_watch_begin(&watch, 7);
	assert_true(watch.doing && !watch.all);
	sw_announce_watch_end(&watch, -EAGAIN, 1, 1001);
	assert_true(watch.all && sw_announce_watch_due(&watch, 0));
	sw_announce_watch_begin(&watch, 7);
	watch.all = true;
	sw_announce_watch_end(&watch, 0, 1, 1101);
	assert_true(sw_announce_watch_due(&watch, 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_listed_is_announced_once),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
