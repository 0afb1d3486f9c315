// SPDX-License-Identifier: GPL-2.0
/* Every packet is counted once, in the right cell, with all its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

struct tally {
	struct sw_counters rows;
	struct sw_counter feed[SW_MAX_FEEDS];
};

static void read_counters(struct sw_check *check, struct tally *tally)
{
	__u32 slot;

	assert_int_equal(sw_rig_counters(&check->rig, SW_RIG_INTERFACE, &tally->rows), 0);
	for (slot = 0; slot < SW_MAX_FEEDS; slot++)
		assert_int_equal(sw_rig_feed_counter(&check->rig, slot, &tally->feed[slot]), 0);
}

static void count(struct sw_counter *counter, __u32 size)
{
	counter->packets++;
	counter->bytes += size;
}

static void judge(struct sw_check *check, enum sw_role role, struct tally *tally)
{
	struct sw_judgement want = sw_model_judge(&check->model, role, check->frame.data,
						  check->frame.len, check->now_ns);
	struct sw_outcome got;

	sw_rig_clock(&check->rig, check->now_ns);
	assert_int_equal(sw_rig_run(&check->rig, role, check->frame.data, check->frame.len,
				    SW_FRAME_ALL, &got),
			 0);
	count(&tally->rows.cell[want.verdict == SW_WOULD_DROP][want.reason][want.family],
	      check->frame.len);
	if (want.feed)
		count(&tally->feed[want.feed], check->frame.len);
}

static void send_all(struct sw_check *check, struct tally *tally)
{
	struct sw_spec spec;
	int link, fragment, transport, role;
	size_t pair;
	__u8 family;

	for (link = 0; link < (int)sw_link_axis_count * 2 * SW_FRAGMENT_AXIS; link++) {
		family = link % 2 ? SW_IPV4 : SW_IPV6;
		fragment = link / 2 % SW_FRAGMENT_AXIS;
		for (transport = 0; transport < SW_TRANSPORT_AXIS; transport++) {
			for (pair = 0; pair < sw_pair_count; pair++) {
				spec = sw_spec_smtp(family, sw_cast_src(sw_pairs[pair].src, family),
						    sw_cast_dst(sw_pairs[pair].dst, family));
				sw_axis_link(&spec, &sw_link_axis[link / 2 / SW_FRAGMENT_AXIS]);
				sw_axis_transport(&spec, transport);
				spec.payload = pair * 5;
				sw_axis_fragment(&spec, fragment, 0);
				sw_frame_build(&check->frame, &spec);
				for (role = 0; role < SW_ROLES; role++)
					judge(check, role, tally);
			}
		}
	}
}

/* What breaks off before the addresses has no family. */
static void send_stumps(struct sw_check *check, struct tally *tally)
{
	struct sw_spec spec;
	__u8 family;
	__u32 len;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		spec = sw_spec_smtp(family, sw_cast_src(SW_PART_CNC, family),
				    sw_cast_dst(SW_PART_CLEAN, family));
		sw_frame_build(&check->frame, &spec);
		for (len = check->frame.len; len >= 14; len--) {
			check->frame.len = len;
			judge(check, len % SW_ROLES, tally);
		}
	}
}

static void compare(const char *what, const struct sw_counter *got, const struct sw_counter *want)
{
	if (got->packets != want->packets || got->bytes != want->bytes)
		fail_msg("%s: counted %llu packets %llu bytes, sent %llu and %llu", what,
			 got->packets, got->bytes, want->packets, want->bytes);
}

static void compare_all(const struct tally *got, const struct tally *want)
{
	static const char *const family_name[] = { "none", "IPv4", "IPv6" };
	int row, family, reason, slot;
	char what[80];

	for (row = 0; row < 2; row++) {
		for (family = 0; family < SW_FAMILIES; family++) {
			for (reason = 0; reason < SW_MAX_REASONS; reason++) {
				snprintf(what, sizeof(what), "%s%s %s", row ? "would_drop " : "",
					 family_name[family], sw_check_reason_name(reason));
				compare(what, &got->rows.cell[row][reason][family],
					&want->rows.cell[row][reason][family]);
			}
		}
	}
	for (slot = 0; slot < SW_MAX_FEEDS; slot++) {
		snprintf(what, sizeof(what), "feed slot %d", slot);
		compare(what, &got->feed[slot], &want->feed[slot]);
	}
}

static void run_mode(void **state, bool monitor)
{
	static struct tally want, got;
	struct sw_check *check = sw_check_of(state);

	sw_cast(&check->world, check->now_ns);
	check->world.monitor = monitor;
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ SW_SECOND_US, 5 };
	sw_check_publish(check);
	read_counters(check, &want);
	send_all(check, &want);
	send_stumps(check, &want);
	read_counters(check, &got);
	compare_all(&got, &want);
	assert_true(want.rows.cell[monitor][SW_RATE_LIMIT][SW_IPV6].packets > 0);
	assert_true(want.rows.cell[0][SW_MALFORMED][SW_NO_FAMILY].packets > 0);
}

static void test_enforce(void **state)
{
	run_mode(state, false);
}

static void test_monitor(void **state)
{
	run_mode(state, true);
}

static void test_other_interfaces_stay_zero(void **state)
{
	struct sw_check *check = sw_check_of(state);
	const struct sw_counters zero = {};
	struct sw_counters got;
	__u32 slot;

	for (slot = 0; slot < SW_MAX_INTERFACES; slot++) {
		if (slot == SW_RIG_INTERFACE)
			continue;
		assert_int_equal(sw_rig_counters(&check->rig, slot, &got), 0);
		assert_memory_equal(&got, &zero, sizeof(zero));
	}
}

/* All bytes count, in whatever buffer they stand and whatever decides. */
static void test_jumbo_bytes(void **state)
{
	static const enum sw_cast_part parts[] = { SW_PART_CLEAN, SW_PART_CNC, SW_PART_ZOMBIE };
	static const __u16 ethertypes[] = { 0, 0x0806 };
	struct sw_check *check = sw_check_of(state);
	static struct tally want, got;
	struct sw_spec spec;
	unsigned i, payload;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < 3 * 2; i++) {
		spec = sw_spec_smtp(SW_IPV4, sw_cast_src(parts[i % 3], SW_IPV4),
				    sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
		spec.ethertype = ethertypes[i / 3];
		for (payload = 1000; payload < 60000; payload += 1111) {
			spec.payload = payload;
			read_counters(check, &want);
			sw_frame_build(&check->frame, &spec);
			judge(check, SW_ACCESS, &want);
			sw_frame_put16(&check->frame, check->frame.ip + 2, 40);
			judge(check, SW_ACCESS, &want); /* all of the rest is padding */
			read_counters(check, &got);
			compare_all(&got, &want);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enforce),
		cmocka_unit_test(test_monitor),
		cmocka_unit_test(test_jumbo_bytes),
		cmocka_unit_test(test_other_interfaces_stay_zero),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
