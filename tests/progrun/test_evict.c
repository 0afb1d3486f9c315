// SPDX-License-Identifier: GPL-2.0
/*
 * The limiter's memory: eight sources share a bucket of slots, a ninth takes
 * the slot that is free soonest. The model never forgets, so these tests state
 * what is expected themselves.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cast.h"
#include "check.h"
#include "contract.h"

#define INTERVAL_US (10 * SW_SECOND_US)
#define WRAP_US (1ULL << SW_TICK_BITS)

static struct sw_check *begin(void **state, __u64 burst)
{
	struct sw_check *check = sw_check_of(state);

	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ INTERVAL_US, burst };
	check->world.rate[SW_UPSTREAM] = (struct sw_world_rate){ INTERVAL_US, burst };
	return check;
}

/* A SYN; whether it passed. */
static bool knock(struct sw_check *check, enum sw_role role, __u32 src, __u64 now_us)
{
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, src, sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
	struct sw_outcome outcome;

	sw_frame_build(&check->frame, &spec);
	sw_rig_clock(&check->rig, now_us * 1000);
	assert_int_equal(sw_rig_run(&check->rig, role, check->frame.data, check->frame.len,
				    SW_FRAME_ALL, &outcome),
			 0);
	assert_true(outcome.reason == SW_SMTP_OK || outcome.reason == SW_RATE_LIMIT);
	return outcome.reason == SW_SMTP_OK;
}

/* IPv4 sources whose state lives in one bucket. */
static void find_neighbours(const struct sw_rig *rig, __u32 *src, int count)
{
	__u32 address = 0x0a000000, bucket = sw_home4(&rig->seed, address, 0).bucket;
	int found = 0;

	for (; found < count; address++) {
		assert_true(address < 0x7f000000);
		if (sw_home4(&rig->seed, address, 0).bucket == bucket)
			src[found++] = address;
	}
}

static void test_eight_sources_fit(void **state)
{
	struct sw_check *check = begin(state, 2);
	__u32 src[SW_BUCKET_SLOTS];
	int i;

	sw_check_publish(check);
	find_neighbours(&check->rig, src, SW_BUCKET_SLOTS);
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		assert_true(knock(check, SW_ACCESS, src[i], SW_SECOND_US));
		assert_true(knock(check, SW_ACCESS, src[i], SW_SECOND_US));
	}
	for (i = 0; i < SW_BUCKET_SLOTS; i++)
		assert_false(knock(check, SW_ACCESS, src[i], SW_SECOND_US));
}

static void test_ninth_takes_the_slot_free_soonest(void **state)
{
	struct sw_check *check = begin(state, 1);
	__u32 src[SW_BUCKET_SLOTS + 1];
	int i, soonest = 5;
	__u64 now;

	sw_check_publish(check);
	find_neighbours(&check->rig, src, SW_BUCKET_SLOTS + 1);
	assert_true(knock(check, SW_ACCESS, src[soonest], SW_SECOND_US));
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		if (i != soonest)
			assert_true(knock(check, SW_ACCESS, src[i], 2 * SW_SECOND_US + i));
	}
	now = 3 * SW_SECOND_US;
	assert_true(knock(check, SW_ACCESS, src[SW_BUCKET_SLOTS], now));
	for (i = 0; i <= SW_BUCKET_SLOTS; i++) {
		if (i != soonest)
			assert_false(knock(check, SW_ACCESS, src[i], now));
	}
	/* The documented error: who was evicted starts again with a full burst. */
	assert_true(knock(check, SW_ACCESS, src[soonest], now));
	assert_false(knock(check, SW_ACCESS, src[soonest], now));
}

/* A slot whose bucket of tokens is full again holds nothing worth keeping. */
static void test_ninth_takes_a_paid_off_slot(void **state)
{
	struct sw_check *check = begin(state, 1);
	__u32 src[SW_BUCKET_SLOTS + 1];
	__u64 start = SW_SECOND_US;
	int i;

	sw_check_publish(check);
	find_neighbours(&check->rig, src, SW_BUCKET_SLOTS + 1);
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		__u64 later = i == 3 ? 0 : 5 * SW_SECOND_US;

		assert_true(knock(check, SW_ACCESS, src[i], start + later));
	}
	assert_true(knock(check, SW_ACCESS, src[SW_BUCKET_SLOTS], start + INTERVAL_US));
	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		if (i != 3)
			assert_false(knock(check, SW_ACCESS, src[i], start + INTERVAL_US));
	}
}

/* One address has a slot for each role, in the same bucket: taking the second
 * must not cost it the first, whatever the clock says. */
static void test_empty_slots_go_first(void **state)
{
	static const __u64 before_wrap_us[] = { 1, 5 * SW_SECOND_US, 3600 * SW_SECOND_US,
						86400 * SW_SECOND_US, 1000 * 3600 * SW_SECOND_US };
	struct sw_check *check = begin(state, 2);
	size_t i;

	for (i = 0; i < sizeof(before_wrap_us) / sizeof(before_wrap_us[0]); i++) {
		__u64 now = 2 * WRAP_US - before_wrap_us[i];
		__u32 src = 0xc6120001;

		sw_check_publish(check);
		assert_true(knock(check, SW_ACCESS, src, now));
		assert_true(knock(check, SW_ACCESS, src, now));
		assert_false(knock(check, SW_ACCESS, src, now));
		assert_true(knock(check, SW_UPSTREAM, src, now));
		assert_false(knock(check, SW_ACCESS, src, now));
	}
}

/* A debt that one role's rate allows and the other's could not have made. */
static void test_deep_debt_of_the_other_role(void **state)
{
	struct sw_check *check = begin(state, 8);
	__u32 src = 0xc6120001;
	__u64 now = SW_SECOND_US;
	int i;

	check->world.slack_us = 0;
	check->world.rate[SW_UPSTREAM] = (struct sw_world_rate){ SW_SECOND_US / 10, 2 };
	sw_check_publish(check);
	for (i = 0; i < 8; i++)
		assert_true(knock(check, SW_ACCESS, src, now));
	assert_false(knock(check, SW_ACCESS, src, now));
	assert_true(knock(check, SW_UPSTREAM, src, now));
	assert_false(knock(check, SW_ACCESS, src, now));
}

#define KNOCKS 100000

struct knocker {
	pthread_t thread;
	struct sw_check *check;
	pthread_barrier_t *start;
	int err; /* cmocka may not be called in a thread */
};

static void *hammer(void *arg)
{
	struct knocker *knocker = arg;
	struct sw_check *check = knocker->check;

	pthread_barrier_wait(knocker->start);
	knocker->err =
		sw_rig_repeat(&check->rig, SW_ACCESS, check->frame.data, check->frame.len, KNOCKS);
	return NULL;
}

static __u64 passed(struct sw_check *check)
{
	struct sw_counters counters;

	assert_int_equal(sw_rig_counters(&check->rig, SW_RIG_INTERFACE, &counters), 0);
	return counters.cell[0][SW_SMTP_OK][SW_IPV4].packets;
}

/* Two threads send check->frame; how many passed. */
static __u64 hammer_twice(struct sw_check *check)
{
	struct knocker knocker[2];
	pthread_barrier_t start;
	__u64 before = passed(check);
	int i;

	pthread_barrier_init(&start, NULL, 2);
	for (i = 0; i < 2; i++) {
		knocker[i] = (struct knocker){ .check = check, .start = &start };
		assert_int_equal(pthread_create(&knocker[i].thread, NULL, hammer, &knocker[i]), 0);
	}
	for (i = 0; i < 2; i++)
		pthread_join(knocker[i].thread, NULL);
	pthread_barrier_destroy(&start);
	assert_int_equal(knocker[0].err, 0);
	assert_int_equal(knocker[1].err, 0);
	return passed(check) - before;
}

/* Two CPUs, one source, time standing still: the burst passes. A CPU that loses
 * the race for a slot again and again lets its packet through; in this tightest
 * of loops that is one in thousands. */
static void test_two_cpus_share_one_bucket(void **state)
{
	const __u64 burst = KNOCKS;
	struct sw_check *check = begin(state, burst);
	struct sw_spec spec;
	__u64 count;
	int round;

	check->world.rate[SW_ACCESS].interval_us = 1000;
	for (round = 0; round < 5; round++) {
		sw_check_publish(check);
		spec = sw_spec_smtp(SW_IPV4, 0xc6120001 + round,
				    sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
		sw_frame_build(&check->frame, &spec);
		sw_rig_clock(&check->rig, SW_SECOND_NS);
		count = hammer_twice(check);
		assert_in_range(count, burst, burst + burst / 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eight_sources_fit),
		cmocka_unit_test(test_ninth_takes_the_slot_free_soonest),
		cmocka_unit_test(test_ninth_takes_a_paid_off_slot),
		cmocka_unit_test(test_empty_slots_go_first),
		cmocka_unit_test(test_deep_debt_of_the_other_role),
		cmocka_unit_test(test_two_cpus_share_one_bucket),
	};

	return cmocka_run_group_tests(tests, sw_check_setup_forgetful, sw_check_teardown);
}
