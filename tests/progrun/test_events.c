// SPDX-License-Identifier: GPL-2.0
/* The programs as they run on a NIC: events in the ring, the kernel's clock. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

#define HOUR_NS (3600 * SW_SECOND_NS)

static __u64 boot_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * SW_SECOND_NS + now.tv_nsec;
}

/* Events are capped by CPU: stay on one. */
static int setup(void **state)
{
	struct sw_check *check;
	cpu_set_t one;

	if (sw_check_setup_online(state))
		return -1;
	check = *state;
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		fprintf(stderr, "cannot stay on CPU 0\n");
	check->now_ns = boot_ns();
	return 0;
}

struct seen {
	int count;
	struct sw_event last;
};

static int see(void *ctx, void *data, size_t size)
{
	struct seen *seen = ctx;

	if (size != sizeof(seen->last))
		return -1;
	memcpy(&seen->last, data, size);
	seen->count++;
	return 0;
}

static struct seen drain(struct sw_check *check)
{
	struct seen seen = {};

	assert_true(sw_rig_events(&check->rig, see, &seen) >= 0);
	return seen;
}

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	check->now_ns = boot_ns();
	sw_cast(&check->world, check->now_ns);
	/* A tick is a fraction of a jiffy here: tokens come in hours. */
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ 1ULL << 32, 4 };
	check->world.slack_us = 0;
	sw_check_publish(check);
	drain(check);
	assert_int_equal(sw_rig_events_renew(&check->rig), 0);
	return check;
}

static __u32 run(struct sw_check *check, enum sw_role role, const struct sw_spec *spec)
{
	struct sw_outcome outcome;

	sw_frame_build(&check->frame, spec);
	assert_int_equal(sw_rig_run(&check->rig, role, check->frame.data, check->frame.len,
				    SW_FRAME_ALL, &outcome),
			 0);
	return outcome.action;
}

static void address_bytes(__u8 out[16], __u8 family, sw_u128 address)
{
	int bytes = family == SW_IPV4 ? 4 : 16, i;

	memset(out, 0, 16);
	for (i = bytes - 1; i >= 0; i--, address >>= 8)
		out[i] = address;
}

static void compare(const struct sw_event *event, const struct sw_judgement *want,
		    const struct sw_spec *spec, enum sw_role role, __u32 length)
{
	__u8 address[16];

	assert_int_equal(event->record.type, SW_RECORD_VERDICT);
	assert_int_equal(event->record.size, sizeof(*event));
	assert_int_equal(event->reason, want->reason);
	assert_int_equal(event->verdict, want->verdict);
	assert_int_equal(event->feed, want->feed);
	assert_int_equal(event->family, spec->family);
	assert_int_equal(event->role, role);
	assert_int_equal(event->interface, SW_RIG_INTERFACE);
	assert_int_equal(event->length, length);
	address_bytes(address, spec->family, spec->src);
	assert_memory_equal(event->src, address, 16);
	address_bytes(address, spec->family, spec->dst);
	assert_memory_equal(event->dst, address, 16);
	if (want->reason != SW_ZOMBIE_FEED && want->reason != SW_ZOMBIE_LIVE)
		return;
	assert_int_equal(event->protocol, SW_TCP);
	assert_int_equal(event->sport, spec->sport);
	assert_int_equal(event->dport, spec->dport);
	assert_int_equal(event->fragment, spec->more ? SW_FIRST : SW_WHOLE);
}

static void one_event(struct sw_check *check, enum sw_role role, const struct sw_spec *spec)
{
	__u64 before = boot_ns();
	struct sw_judgement want;
	struct seen seen;

	run(check, role, spec);
	want = sw_model_judge(&check->model, role, check->frame.data, check->frame.len, before);
	seen = drain(check);
	assert_int_equal(seen.count, want.verdict != SW_PASS);
	if (!seen.count)
		return;
	compare(&seen.last, &want, spec, role, check->frame.len);
	assert_true(seen.last.time_ns + SW_SECOND_NS / 20 >= before);
	assert_true(seen.last.time_ns <= boot_ns());
}

static void events_of(struct sw_check *check)
{
	struct sw_spec spec;
	__u8 family;
	size_t pair;
	int role;

	for (pair = 0; pair < sw_pair_count; pair++) {
		for (family = SW_IPV4; family <= SW_IPV6; family++) {
			for (role = 0; role < SW_ROLES; role++) {
				spec = sw_spec_smtp(family, sw_cast_src(sw_pairs[pair].src, family),
						    sw_cast_dst(sw_pairs[pair].dst, family));
				spec.payload = pair;
				one_event(check, role, &spec);
				sw_spec_fragment(&spec, 0, pair % 3, true);
				one_event(check, role, &spec);
			}
		}
	}
}

static void test_a_drop_is_an_event(void **state)
{
	events_of(begin(state));
}

static void test_monitor_says_would_drop(void **state)
{
	struct sw_check *check = begin(state);

	check->world.monitor = true;
	sw_check_publish(check);
	events_of(check);
}

/* A flood is capped, and what the cap cost is counted. */
static void test_flood_is_capped(void **state)
{
	const int drops = 5000;
	struct sw_check *check = begin(state);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, sw_cast_src(SW_PART_CNC, SW_IPV4),
					   sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
	struct seen seen;
	__u64 lost;
	int i;

	for (i = 0; i < drops; i++)
		assert_int_equal(run(check, SW_ACCESS, &spec), XDP_DROP);
	seen = drain(check);
	assert_int_equal(sw_rig_events_lost(&check->rig, &lost), 0);
	assert_int_equal(seen.count + lost, drops);
	assert_true(seen.count >= SW_EVENTS_PER_WINDOW);
	assert_true(lost > 0);
}

/* The kernel's own clock: a live zombie is one until its time in BOOTTIME. */
static void test_live_zombie_by_boottime(void **state)
{
	static const struct {
		__s64 from_now_ns;
		__u32 action;
	} cases[] = {
		{ HOUR_NS, XDP_DROP },
		{ 10 * SW_SECOND_NS, XDP_DROP },
		{ -1 * (__s64)SW_SECOND_NS / 20, XDP_PASS },
		{ -1 * (__s64)HOUR_NS, XDP_PASS },
	};
	struct sw_check *check = begin(state);
	struct sw_spec spec =
		sw_spec_smtp(SW_IPV4, 0xc6123333, sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
	size_t i;

	spec.flags = SW_ACK;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__s64 until = boot_ns() + cases[i].from_now_ns;

		sw_world_init(&check->world);
		sw_world_live(&check->world, SW_IPV4, spec.src, until > 0 ? until : 1);
		sw_check_publish(check);
		assert_int_equal(run(check, SW_ACCESS, &spec), cases[i].action);
	}
}

static void test_limit_by_jiffies(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, sw_cast_src(SW_PART_CLEAN, SW_IPV4),
					   sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
	int i;

	for (i = 0; i < 8; i++) {
		spec.seq++;
		assert_int_equal(run(check, SW_ACCESS, &spec), i < 4 ? XDP_PASS : XDP_DROP);
	}
	assert_int_equal(run(check, SW_UPSTREAM, &spec), XDP_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_drop_is_an_event),
		cmocka_unit_test(test_monitor_says_would_drop),
		cmocka_unit_test(test_live_zombie_by_boottime),
		cmocka_unit_test(test_limit_by_jiffies),
		cmocka_unit_test(test_flood_is_capped),
	};

	return cmocka_run_group_tests(tests, setup, sw_check_teardown);
}
