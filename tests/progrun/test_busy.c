// SPDX-License-Identifier: GPL-2.0
/* Sources in debt, counted by the bits that programs set: see include/maps/busy.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <cmocka.h>

#include "cast.h"
#include "check.h"
#include "kernel/buckets.h"
#include "spamweir.skel.h"

#define INTERVAL_US (1000 * SW_SECOND_US) /* no debt ends while this runs */
#define FIRST 0x64400000		  /* 100.64.0.0 */
#define MANY 40000			  /* more than are counted one by one */

static struct sw_busy *busy;

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	if (!busy)
		busy = sw_rig_map(bpf_map__fd(check->rig.skel->maps.busy), sizeof(*busy));
	assert_non_null(busy);
	memset(busy, 0, sizeof(*busy));
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ INTERVAL_US, 10 };
	check->world.rate[SW_UPSTREAM] = (struct sw_world_rate){ INTERVAL_US, 10 };
	sw_check_publish(check); /* nobody is in debt */
	return check;
}

static void knock(struct sw_check *check, unsigned sources)
{
	struct sw_outcome outcome;
	unsigned i;

	for (i = 0; i < sources; i++) {
		struct sw_spec spec =
			sw_spec_smtp(SW_IPV4, FIRST + i, sw_cast_dst(SW_PART_CLEAN, SW_IPV4));

		sw_frame_build(&check->frame, &spec);
		assert_int_equal(sw_rig_run(&check->rig, SW_ACCESS, check->frame.data,
					    check->frame.len, SW_FRAME_ALL, &outcome),
				 0);
	}
}

static __u64 count(struct sw_check *check, bool kept)
{
	struct sw_state state = { .lock = -1 };
	__u64 found = ~0ULL;

	state.map[SW_MAP_limiter] = bpf_map__fd(check->rig.skel->maps.limiter);
	state.map[SW_MAP_busy] = kept ? bpf_map__fd(check->rig.skel->maps.busy) : -1;
	assert_int_equal(sw_limit_count(&state, &check->rig.policy->settings, kept, &found), 0);
	return found;
}

static unsigned bits(void)
{
	unsigned found = 0;
	size_t i;

	for (i = 0; i < sizeof(busy->word) / sizeof(__u64); i++)
		found += __builtin_popcountll(busy->word[i]);
	return found;
}

static void test_few_are_counted_one_by_one(void **state)
{
	struct sw_check *check = begin(state);

	assert_int_equal(count(check, true), 0);
	knock(check, 1);
	assert_int_equal(count(check, true), 1);
	knock(check, 500);
	assert_int_equal(count(check, true), 500);
	assert_int_equal(count(check, true), 500);
	assert_int_equal(count(check, false), 500);
	assert_in_range(bits(), 400, 500); /* few have a bucket in common */
}

/* A bucket in which nobody is in debt any more is looked at once. */
static void test_bits_go_and_come(void **state)
{
	struct sw_check *check = begin(state);

	knock(check, 500);
	memset(check->rig.limiter, 0, sizeof(*check->rig.limiter));
	assert_in_range(bits(), 400, 500);
	assert_int_equal(count(check, true), 0);
	assert_int_equal(bits(), 0);
	knock(check, 20);
	assert_int_equal(count(check, true), 20);
	memset(busy, 0xff, sizeof(*busy)); /* as after a load over programs that set none */
	assert_int_equal(count(check, true), 20);
	assert_in_range(bits(), 10, 20);
}

static void test_many_are_estimated(void **state)
{
	struct sw_check *check = begin(state);

	knock(check, MANY);
	assert_in_range(count(check, true), MANY - MANY / 20, MANY + MANY / 20);
	assert_in_range(count(check, false), MANY - MANY / 20, MANY + MANY / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_are_counted_one_by_one),
		cmocka_unit_test(test_bits_go_and_come),
		cmocka_unit_test(test_many_are_estimated),
	};

	return cmocka_run_group_tests(tests, sw_check_setup_online, sw_check_teardown);
}
