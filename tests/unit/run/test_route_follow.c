// SPDX-License-Identifier: GPL-2.0
/* When changes of routing tables are published, by a clock that the test turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/route_follow.h"

#define NEVER (~0ULL)
#define ANYWAY 600000 /* all is looked at so often */

static char nobody; /* whose news are never read here */
#define WATCH ((struct sw_route_watch *)&nobody)

/* A publish has just been begun. */
static struct sw_route_follow heard(__u64 first, __u64 last)
{
	return (struct sw_route_follow){ .watch = WATCH,
					 .held.tables = 1,
					 .first = first,
					 .last = last,
					 .published = first,
					 .looked = 5000 };
}

/* One that comes alone does not wait. */
static void test_calm(void **state)
{
	struct sw_route_follow follow = heard(5000, 5000);

	(void)state;
	follow.published = 4000;
	assert_int_equal(sw_route_follow_wait(&follow, 5000), 10);
	assert_int_equal(sw_route_follow_due(&follow, 5009), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 5010), SW_ROUTES_PUBLISH);
	follow.last = 5009;
	assert_int_equal(sw_route_follow_due(&follow, 5010), SW_ROUTES_PUBLISH);
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 5010);
	sw_route_follow_end(&follow, 0, 0, 5011);
	follow.first = follow.last = 5011;
	assert_int_equal(sw_route_follow_wait(&follow, 5011), 100);
}

/* With a session that is lost all routes go, one after the other. */
static void test_gone(void **state)
{
	struct sw_route_follow follow = heard(5000, 5000);

	(void)state;
	follow.published = 4000;
	follow.gone = true;
	assert_int_equal(sw_route_follow_wait(&follow, 5000), 100);
	follow.last = 5090;
	assert_int_equal(sw_route_follow_due(&follow, 5189), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 5190), SW_ROUTES_PUBLISH);
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 5190);
	sw_route_follow_end(&follow, 0, 0, 5191);
	follow.first = follow.last = 7000;
	assert_int_equal(sw_route_follow_wait(&follow, 7000), 10);
}

static void test_quiet(void **state)
{
	struct sw_route_follow follow = heard(0, 0);

	(void)state;
	assert_int_equal(sw_route_follow_due(&follow, 5000), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_wait(&follow, 5000), ANYWAY);
	follow = heard(5000, 5000);
	assert_int_equal(sw_route_follow_wait(&follow, 5000), 100);
	assert_int_equal(sw_route_follow_due(&follow, 5099), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 5100), SW_ROUTES_PUBLISH);
}

/* Changes that do not end do not keep it from being published. */
static void test_busy(void **state)
{
	struct sw_route_follow follow = heard(5000, 5990);

	(void)state;
	assert_int_equal(sw_route_follow_due(&follow, 5999), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 6000), SW_ROUTES_PUBLISH);
}

/* What takes much is done less often, but never less than every two seconds. */
static void test_slow(void **state)
{
	struct sw_route_follow follow = heard(5000, 5000);

	(void)state;
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 5100);
	assert_int_equal(sw_route_follow_wait(&follow, 5100), NEVER);
	follow.first = follow.last = 5150; /* news of what it may have missed */
	assert_int_equal(sw_route_follow_due(&follow, 9000), SW_ROUTES_NOTHING);
	sw_route_follow_end(&follow, 100, 0, 5200);
	assert_int_equal(sw_route_follow_due(&follow, 5499), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 5500), SW_ROUTES_PUBLISH);
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 5500);
	sw_route_follow_end(&follow, 2500, 0, 8000);
	follow.first = follow.last = 8000;
	assert_int_equal(sw_route_follow_due(&follow, 8899), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 8900), SW_ROUTES_PUBLISH);
}

static void test_again(void **state)
{
	struct sw_route_follow follow = heard(0, 0);

	(void)state;
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 5000);
	sw_route_follow_end(&follow, 0, 60000, 5100);
	assert_int_equal(sw_route_follow_wait(&follow, 5100), 60000);
	assert_int_equal(sw_route_follow_due(&follow, 65100), SW_ROUTES_PUBLISH);
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 65100);
	sw_route_follow_end(&follow, 0, 0, 65200);
	assert_int_equal(sw_route_follow_wait(&follow, 65200), ANYWAY - 60200);
}

/* Of devices there may be news all the time. */
static void test_devices(void **state)
{
	struct sw_route_follow follow = { .watch = WATCH, .held.tables = 1, .devices = 5000 };

	(void)state;
	assert_int_equal(sw_route_follow_due(&follow, 5099), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 5100), SW_ROUTES_LOOK);
	sw_route_follow_begin(&follow, SW_ROUTES_LOOK, 5100);
	sw_route_follow_end(&follow, 10, 0, 5110);
	follow.devices = 5120;
	assert_int_equal(sw_route_follow_due(&follow, 6099), SW_ROUTES_NOTHING);
	assert_int_equal(sw_route_follow_due(&follow, 6100), SW_ROUTES_LOOK);
	follow.first = follow.last = 6000; /* and a publish, by what was heard, is no look */
	assert_int_equal(sw_route_follow_due(&follow, 6100), SW_ROUTES_PUBLISH);
	sw_route_follow_begin(&follow, SW_ROUTES_PUBLISH, 6100);
	sw_route_follow_end(&follow, 0, 0, 6101);
	assert_int_equal(sw_route_follow_due(&follow, 6101), SW_ROUTES_LOOK);
	sw_route_follow_begin(&follow, SW_ROUTES_LOOK, 6101);
	sw_route_follow_end(&follow, 0, 0, 6101);
	assert_int_equal(sw_route_follow_wait(&follow, 6101), ANYWAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calm),	cmocka_unit_test(test_gone),
		cmocka_unit_test(test_quiet),	cmocka_unit_test(test_busy),
		cmocka_unit_test(test_slow),	cmocka_unit_test(test_again),
		cmocka_unit_test(test_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
