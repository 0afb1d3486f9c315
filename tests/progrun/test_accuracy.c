// SPDX-License-Identifier: GPL-2.0
/*
 * How far off the limiter can be, as formulas.
 *
 * N CPUs, one source, T the time: a try is lost only to another CPU's token, and
 * a token costs each of the others one try at most; who loses SW_LIMIT_TRIES in a
 * row passes without one. So of the source pass at most
 *
 *	(burst + T / interval) * (1 + (N - 1) / SW_LIMIT_TRIES)
 *
 * and, if fewer than SW_LIMIT_TRIES tokens are there at a time, not one too many.
 *
 * n sources in debt at once, m buckets: a source can be forgotten early only if
 * SW_BUCKET_SLOTS others share its bucket, which happens to a share of
 *
 *	P(Poisson(n / m) >= SW_BUCKET_SLOTS)
 *
 * of them; each time it starts again with a full burst. Nobody is ever refused
 * for want of room.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cast.h"
#include "check.h"
#include "contract.h"

#define CPUS 2
#define TRIES 4 /* SW_LIMIT_TRIES, which only the datapath sees */
#define INTERVAL_US SW_SECOND_US
#define WRAP_US (1ULL << SW_TICK_BITS)

static struct sw_check *begin(void **state, __u64 interval_us, __u64 burst)
{
	struct sw_check *check = sw_check_of(state);

	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ interval_us, burst };
	sw_check_publish(check);
	sw_rig_clock(&check->rig, SW_SECOND_NS);
	return check;
}

static void build_syn(struct sw_check *check, __u32 src)
{
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, src, sw_cast_dst(SW_PART_CLEAN, SW_IPV4));

	sw_frame_build(&check->frame, &spec);
}

static bool knock(struct sw_check *check, __u32 src)
{
	struct sw_outcome outcome;

	build_syn(check, src);
	assert_int_equal(sw_rig_run(&check->rig, SW_ACCESS, check->frame.data, check->frame.len,
				    SW_FRAME_ALL, &outcome),
			 0);
	return outcome.reason == SW_SMTP_OK;
}

static __u64 passed(struct sw_check *check)
{
	struct sw_counters counters;

	assert_int_equal(sw_rig_counters(&check->rig, SW_RIG_INTERFACE, &counters), 0);
	return counters.cell[0][SW_SMTP_OK][SW_IPV4].packets;
}

/* One on each CPU. In every round all send the same frame `count` times. */
struct sender {
	pthread_t thread;
	struct sw_check *check;
	pthread_barrier_t *barrier;
	int cpu;
	int rounds;
	__u32 count;
	int err; /* cmocka may not be called in a thread */
};

static void pin(struct sender *sender)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sender->cpu, &one);
	sender->err = pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
}

static void *send_rounds(void *arg)
{
	struct sender *sender = arg;
	struct sw_frame *frame = &sender->check->frame;
	int i, err;

	pin(sender);
	for (i = 0; i < sender->rounds; i++) {
		pthread_barrier_wait(sender->barrier);
		err = sw_rig_repeat(&sender->check->rig, SW_ACCESS, frame->data, frame->len,
				    sender->count);
		sender->err = sender->err ? sender->err : err;
		pthread_barrier_wait(sender->barrier);
	}
	return NULL;
}

static void find_cpus(int *cpu)
{
	cpu_set_t allowed;
	int i, found = 0;

	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	for (i = 0; i < CPU_SETSIZE && found < CPUS; i++) {
		if (CPU_ISSET(i, &allowed))
			cpu[found++] = i;
	}
	if (found < CPUS) {
		print_message("there are no two CPUs here\n");
		skip();
	}
}

/* The clock moves on by `step_us` before every round but the first. */
static void send_from_all(struct sw_check *check, int rounds, __u32 count, __u64 step_us)
{
	struct sender sender[CPUS];
	pthread_barrier_t barrier;
	int cpu[CPUS], i;

	find_cpus(cpu);
	pthread_barrier_init(&barrier, NULL, CPUS + 1);
	for (i = 0; i < CPUS; i++) {
		sender[i] = (struct sender){ .check = check,
					     .barrier = &barrier,
					     .cpu = cpu[i],
					     .rounds = rounds,
					     .count = count };
		assert_int_equal(pthread_create(&sender[i].thread, NULL, send_rounds, &sender[i]),
				 0);
	}
	for (i = 0; i < rounds; i++) {
		sw_rig_clock(&check->rig, SW_SECOND_NS + i * step_us * 1000);
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
	}
	for (i = 0; i < CPUS; i++)
		pthread_join(sender[i].thread, NULL);
	pthread_barrier_destroy(&barrier);
	for (i = 0; i < CPUS; i++)
		assert_int_equal(sender[i].err, 0);
}

/* Fewer tokens at a time than there are tries: who loses a race finds the bucket
 * empty before the tries end. */
static void test_two_cpus_and_few_tokens_are_exact(void **state)
{
	const int rounds = 300, burst = TRIES - 1;
	struct sw_check *check = begin(state, INTERVAL_US, burst);
	__u64 before = passed(check);

	build_syn(check, 0xc6120001);
	send_from_all(check, rounds, 100, INTERVAL_US);
	assert_int_equal(passed(check) - before, burst + rounds - 1);
}

#define KNOCKS 1000000

/* What a source owes, in tokens: as its slot has it. */
static __u64 owed(struct sw_check *check, __u32 src, __u64 now_us)
{
	struct sw_home home = sw_home4(&check->rig.seed, src, 0);
	int i;

	for (i = 0; i < SW_BUCKET_SLOTS; i++) {
		__u64 slot = check->rig.limiter->bucket[home.bucket].slot[i];

		if (sw_slot_tag(slot) == home.tag)
			return ((slot & SW_TICK_MASK) - now_us) & SW_TICK_MASK;
	}
	return 0;
}

/* Time stands still and tokens are more than enough, so that every packet of one
 * CPU races with the other's; all pass, and the slot says how many paid. */
static void test_two_cpus_and_many_tokens_pay_but_for_the_bound(void **state)
{
	const __u32 src = 0xc6120002;
	struct sw_check *check = begin(state, 1, 2 * CPUS * KNOCKS);
	__u64 before = passed(check), all = CPUS * KNOCKS, unpaid;

	build_syn(check, src);
	send_from_all(check, 1, KNOCKS, 0);
	assert_int_equal(passed(check) - before, all);
	assert_in_range(owed(check, src, SW_SECOND_US), 1, all);
	unpaid = all - owed(check, src, SW_SECOND_US);
	print_message("%llu of %llu passed without a token\n", unpaid, all);
	assert_in_range(unpaid, 0, all / 100); /* the bound's fifth is far off in practice */
}

#define SAMPLED 4096 /* buckets, of all; the others see none of the sources */

/* The next address whose state lives in one of the sampled buckets. */
static __u32 next_source(const struct sw_rig *rig, __u32 *address)
{
	while (sw_home4(&rig->seed, ++*address, 0).bucket >= SAMPLED)
		;
	return *address;
}

static double poisson_at_least(double mean, int least)
{
	double weight = 1, all = 0, those = 0;
	int i;

	for (i = 0; i < 100; i++) {
		all += weight;
		those += i < least ? 0 : weight;
		weight *= mean / (i + 1);
	}
	return those / all;
}

/* `thousands` of sources as if there were so many in all buckets. Each sends two
 * SYNs, and has one token for the time of the test: how many pass twice. */
static double forgotten(struct sw_check *check, int thousands)
{
	int i, n = thousands * 1000LL * SAMPLED >> SW_BUCKET_BITS, twice = 0;
	__u32 address = 0x0a000000;

	for (i = 0; i < n; i++) {
		sw_rig_clock(&check->rig, SW_SECOND_NS + i * 1000);
		assert_true(knock(check, next_source(&check->rig, &address)));
	}
	address = 0x0a000000;
	for (i = 0; i < n; i++) {
		sw_rig_clock(&check->rig, SW_SECOND_NS + (n + i) * 1000ULL);
		twice += knock(check, next_source(&check->rig, &address));
	}
	return (double)twice / n;
}

static void test_more_sources_than_slots(void **state)
{
	static const int thousands[] = { 100, 250, 500, 1000, 2097, 3000 };
	size_t i;

	for (i = 0; i < sizeof(thousands) / sizeof(thousands[0]); i++) {
		struct sw_check *check = begin(state, 3600 * SW_SECOND_US, 1);
		double mean = thousands[i] * 1000.0 / (1 << SW_BUCKET_BITS);
		double bound = poisson_at_least(mean, SW_BUCKET_SLOTS);
		double share = forgotten(check, thousands[i]);

		print_message("%d thousand sources in debt: %.4f forgotten early, at most %.4f\n",
			      thousands[i], share, bound);
		assert_true(share <= bound * 1.15 + 0.001); /* a sample it is */
	}
}

/* One bucket, sources without end: every SYN passes, none is refused. */
static void test_one_bucket_overrun_refuses_nobody(void **state)
{
	struct sw_check *check = begin(state, 3600 * SW_SECOND_US, 1);
	__u32 address = 0x0a000000, found = 0;

	for (; found < 100; address++) {
		if (sw_home4(&check->rig.seed, address, 0).bucket)
			continue;
		assert_true(knock(check, address));
		found++;
	}
}

/* A source that is silent for exactly as long as the clock takes to come round
 * is taken to be as deep in debt as it was, and for as long: that is all. */
static void test_silence_of_one_round_of_the_clock(void **state)
{
	const __u64 start = 5 * SW_SECOND_US, burst = 3;
	struct sw_check *check = begin(state, INTERVAL_US, burst);
	__u64 after;
	unsigned i;

	for (after = 0; after <= (burst + 1) * INTERVAL_US; after += INTERVAL_US) {
		__u32 src = 0xc6120100 + after / INTERVAL_US;

		sw_rig_clock(&check->rig, start * 1000);
		for (i = 0; i < burst; i++)
			assert_true(knock(check, src));
		sw_rig_clock(&check->rig, (start + WRAP_US + after) * 1000);
		for (i = 0; i < burst; i++)
			assert_int_equal(knock(check, src), i < after / INTERVAL_US);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_cpus_and_few_tokens_are_exact),
		cmocka_unit_test(test_two_cpus_and_many_tokens_pay_but_for_the_bound),
		cmocka_unit_test(test_more_sources_than_slots),
		cmocka_unit_test(test_one_bucket_overrun_refuses_nobody),
		cmocka_unit_test(test_silence_of_one_round_of_the_clock),
	};

	return cmocka_run_group_tests(tests, sw_check_setup_forgetful, sw_check_teardown);
}
