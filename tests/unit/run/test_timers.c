// SPDX-License-Identifier: GPL-2.0
/* Timers by a clock that the test has. */
#include "run/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct clock {
	__u64 now;
	char done[64];
	struct sw_timer timer[3];
};

static void did(struct clock *clock, const char *what)
{
	strcat(clock->done, what);
}

static void do_a(void *ctx)
{
	did(ctx, "a");
}

static void do_b(void *ctx)
{
	did(ctx, "b");
}

/* Sets another timer, for at once. */
static void do_setting(void *ctx)
{
	struct clock *clock = ctx;

	did(clock, "s");
	sw_timer_set(&clock->timer[2], clock->now, 0);
}

static struct clock make(void (*second)(void *ctx))
{
	struct clock clock = {
		.now = 5000,
		.timer = { { "first", 0, SW_TIMER_OFF, do_a },
			   { "second", 0, SW_TIMER_OFF, second },
			   { "third", 0, SW_TIMER_OFF, do_b } },
	};

	return clock;
}

/* What is done up to and at a time, as letters. */
static const char *until(struct clock *clock, __u64 end)
{
	clock->done[0] = '\0';
	for (;;) {
		clock->now += sw_timers_wait(clock->timer, 3, clock->now, end - clock->now);
		sw_timers_run(clock->timer, 3, clock->now, clock);
		if (clock->now == end)
			return clock->done;
	}
}

static void test_one_that_is_off_is_never_due(void **state)
{
	struct clock clock = make(do_b);

	(void)state;
	assert_int_equal(sw_timers_wait(clock.timer, 3, clock.now, 777), 777);
	assert_string_equal(until(&clock, 100000), "");
	sw_timer_start(&clock.timer[0], clock.now, 0);
	assert_string_equal(until(&clock, 200000), "");
}

static void test_periods(void **state)
{
	struct clock clock = make(do_b);

	(void)state;
	sw_timer_start(&clock.timer[0], clock.now, 100);
	sw_timer_start(&clock.timer[1], clock.now, 250);
	assert_int_equal(sw_timers_wait(clock.timer, 3, clock.now, 1000), 100);
	assert_int_equal(sw_timers_wait(clock.timer, 3, clock.now, 30), 30);
	assert_string_equal(until(&clock, 5099), "");
	assert_string_equal(until(&clock, 5100), "a");
	assert_string_equal(until(&clock, 5500), "abaaab");
	sw_timer_start(&clock.timer[0], clock.now, 0);
	assert_string_equal(until(&clock, 6000), "bb");
}

static void test_what_is_late_is_done_once(void **state)
{
	struct clock clock = make(do_b);

	(void)state;
	sw_timer_start(&clock.timer[0], clock.now, 100);
	clock.now += 1000;
	assert_int_equal(sw_timers_wait(clock.timer, 3, clock.now, 1000), 0);
	assert_string_equal(until(&clock, 6000), "a");
	assert_int_equal(sw_timers_wait(clock.timer, 3, clock.now, 1000), 100);
}

static void test_one_is_set_and_its_period_goes_on_behind(void **state)
{
	struct clock clock = make(do_b);

	(void)state;
	sw_timer_set(&clock.timer[0], clock.now, 10);
	assert_string_equal(until(&clock, 5010), "a");
	assert_string_equal(until(&clock, 9000), "");
	sw_timer_start(&clock.timer[1], clock.now, 100);
	sw_timer_set(&clock.timer[1], clock.now, 30);
	assert_string_equal(until(&clock, 9030), "b");
	assert_string_equal(until(&clock, 9129), "");
	assert_string_equal(until(&clock, 9130), "b");
}

static void test_one_sets_another(void **state)
{
	struct clock clock = make(do_setting);

	(void)state;
	sw_timer_start(&clock.timer[1], clock.now, 100);
	assert_string_equal(until(&clock, 5100), "sb");
	assert_string_equal(until(&clock, 5300), "sbsb");
}

static void set_itself(void *ctx)
{
	struct clock *clock = ctx;

	did(clock, "i");
	sw_timer_set(&clock->timer[1], clock->now, 7);
}

static void test_one_sets_itself(void **state)
{
	struct clock clock = make(set_itself);

	(void)state;
	sw_timer_start(&clock.timer[1], clock.now, 100);
	assert_string_equal(until(&clock, 5115), "iii");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_that_is_off_is_never_due),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_what_is_late_is_done_once),
		cmocka_unit_test(test_one_is_set_and_its_period_goes_on_behind),
		cmocka_unit_test(test_one_sets_another),
		cmocka_unit_test(test_one_sets_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
