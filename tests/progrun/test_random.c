// SPDX-License-Identifier: GPL-2.0
/*
 * Random policies and frames against the model. SEED=N repeats a run, ROUNDS=N
 * says how many policies; a failure names the seed of its round, which with
 * ROUNDS=1 is that round alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "check.h"
#include "random.h"

#define FRAMES 3000
#define MOST_LINEAR 160 /* bytes, of a first buffer that is short */

static unsigned long long from_env(const char *name, unsigned long long otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

/* Some with a first buffer that lacks headers. */
static void run_frame(struct sw_check *check, struct sw_random *random, const char *what)
{
	__u32 most = check->frame.len < MOST_LINEAR ? check->frame.len : MOST_LINEAR;
	__u32 role = sw_random_below(random, SW_ROLES);

	if (sw_random_one_in(random, 4))
		sw_check_buffers(check, role, sw_random_below(random, most), what);
	else
		sw_check_frame(check, role, what);
}

static void run_round(struct sw_check *check, __u64 seed)
{
	struct sw_random random;
	char what[64];
	int i;

	snprintf(what, sizeof(what), "SEED=%llu ROUNDS=1", seed);
	sw_random_seed(&random, seed);
	check->now_ns = sw_random_below(&random, 1ULL << 53);
	sw_random_world(&random, &check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < FRAMES; i++) {
		check->now_ns += sw_random_below(&random, SW_SECOND_NS);
		if (!i || !sw_random_one_in(&random, 4)) /* else the last one is sent again */
			sw_random_frame(&random, &check->world, &check->frame);
		run_frame(check, &random, what);
	}
}

static void test_random(void **state)
{
	struct sw_check *check = sw_check_of(state);
	__u64 seed = from_env("SEED", time(NULL));
	__u64 rounds = from_env("ROUNDS", 200);
	__u64 i;

	print_message("SEED=%llu ROUNDS=%llu\n", seed, rounds);
	for (i = 0; i < rounds; i++)
		run_round(check, seed + i);
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	int failed = cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);

	return failed + cmocka_run_group_tests_name("tunnels", tests, sw_check_setup_tunnels,
						    sw_check_teardown);
}
