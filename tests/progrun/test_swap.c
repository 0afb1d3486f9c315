// SPDX-License-Identifier: GPL-2.0
/* Generations change under way: each packet is judged by one of them, whole. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "cast.h"
#include "check.h"
#include "heads.h"

#define SWAPS 100

struct sender {
	struct sw_rig rig;
	const struct sw_frame *frame;
	__u8 out[256];
	atomic_bool stop;
	unsigned long dropped;
	unsigned long passed;
	unsigned long failed; /* cmocka may not be called in a thread */
};

static void *keep_sending(void *arg)
{
	struct sender *sender = arg;
	struct sw_outcome outcome;

	while (!sender->stop) {
		if (sw_rig_run(&sender->rig, SW_ACCESS, sender->frame->data, sender->frame->len,
			       SW_FRAME_ALL, &outcome))
			sender->failed++;
		else if (outcome.action == XDP_DROP)
			sender->dropped++;
		else
			sender->passed++;
	}
	return NULL;
}

/* Sends check->frame while the two worlds take turns. */
static void alternate(struct sw_check *check, const struct sw_world world[2], struct sender *sender)
{
	pthread_t thread;
	int err = 0, i;

	assert_int_equal(sw_rig_publish(&check->rig, &world[0]), 0);
	sw_rig_clock(&check->rig, check->now_ns);
	sender->rig = check->rig;
	sender->rig.out = sender->out;
	sender->frame = &check->frame;
	assert_int_equal(pthread_create(&thread, NULL, keep_sending, sender), 0);
	for (i = 1; i <= SWAPS && !err; i++)
		err = sw_rig_swap(&check->rig, &world[i % 2]);
	sender->stop = true;
	pthread_join(thread, NULL);
	assert_int_equal(err, 0);
	assert_int_equal(sender->failed, 0);
	print_message("%lu dropped, %lu passed\n", sender->dropped, sender->passed);
}

/* The source is listed by one generation, the destination by the other. */
static void test_never_between_two(void **state)
{
	static struct sw_world world[2];
	static struct sender sender;
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	__u8 family, feed;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		spec = sw_spec_smtp(family, sw_cast_src(SW_PART_CLEAN, family),
				    sw_cast_dst(SW_PART_CLEAN, family));
		sw_frame_build(&check->frame, &spec);
		sw_world_init(&world[0]);
		feed = sw_world_feed(&world[0], SW_KIND_CNC, 7);
		sw_world_list_address(&world[0], feed, family, spec.src);
		sw_world_init(&world[1]);
		feed = sw_world_feed(&world[1], SW_KIND_CNC, 8);
		sw_world_list_address(&world[1], feed, family, spec.dst);
		memset(&sender, 0, sizeof(sender));
		alternate(check, world, &sender);
		assert_true(sender.dropped > SWAPS);
		assert_int_equal(sender.passed, 0);
	}
}

/* The same where either is listed as the IPv4 address that it carries. */
static void test_carried_never_between_two(void **state)
{
	static struct sw_world world[2];
	static struct sender sender;
	struct sw_check *check = sw_check_of(state);
	const sw_u128 nat64 = (sw_u128)0x0064ff9b << 96;
	struct sw_spec spec = sw_spec_smtp(SW_IPV6, nat64 | 0xc6336407, nat64 | 0xcb007107);
	__u8 feed, i;

	for (i = 0; i < 2; i++) {
		sw_world_init(&world[i]);
		feed = sw_world_feed(&world[i], SW_KIND_CNC, 7 + i);
		sw_world_list_address(&world[i], feed, SW_IPV4, i ? 0xcb007107 : 0xc6336407);
	}
	sw_frame_build(&check->frame, &spec);
	memset(&sender, 0, sizeof(sender));
	alternate(check, world, &sender);
	assert_true(sender.dropped > SWAPS);
	assert_int_equal(sender.passed, 0);
}

/* The same where one lists what is outside of a tunnel, and the other what is in it. */
static void test_tunnel_never_between_two(void **state)
{
	static struct sw_world world[2];
	static struct sender sender;
	struct sw_check *check = sw_check_of(state);
	struct sw_spec outer, inner;
	__u8 feed;
	size_t head;

	for (head = 0; head < 3; head++) {
		__u8 family = sw_heads[head].inner ? sw_heads[head].inner : SW_IPV4;

		outer = sw_spec_smtp(family == SW_IPV4 ? SW_IPV6 : SW_IPV4, 0xc6330001, 0xc6330002);
		outer.protocol = sw_heads[head].protocol;
		inner = sw_spec_smtp(family, sw_cast_src(SW_PART_CLEAN, family),
				     sw_cast_dst(SW_PART_CLEAN, family));
		sw_frame_build(&check->frame, &inner);
		sw_frame_wrap(&check->frame, &outer, &sw_heads[head]);
		sw_world_init(&world[0]);
		feed = sw_world_feed(&world[0], SW_KIND_CNC, 7);
		sw_world_list_address(&world[0], feed, outer.family, outer.src);
		sw_world_init(&world[1]);
		feed = sw_world_feed(&world[1], SW_KIND_CNC, 8);
		sw_world_list_address(&world[1], feed, family, inner.dst);
		memset(&sender, 0, sizeof(sender));
		alternate(check, world, &sender);
		assert_true(sender.dropped > SWAPS);
		assert_int_equal(sender.passed, 0);
	}
}

/* One lists a zombie, the other lists it too but allows it. */
static void test_never_half_an_update(void **state)
{
	static struct sw_world world[2];
	static struct sender sender;
	struct sw_check *check = sw_check_of(state);
	struct sw_prefix wide = { 0xc6120000, SW_IPV4, 16 };
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, 0xc6120101, 0xc6130001);
	__u8 feed, i;

	for (i = 0; i < 2; i++) {
		sw_world_init(&world[i]);
		feed = sw_world_feed(&world[i], SW_KIND_ZOMBIE, 7 + i);
		sw_world_list(&world[i], feed, &wide);
		feed = sw_world_feed(&world[i], SW_KIND_CNC, 9);
		sw_world_list(&world[i], feed, &wide);
		feed = sw_world_feed(&world[i], SW_KIND_ALLOW, 8 - i);
		sw_world_list_address(&world[i], feed, SW_IPV4, spec.src);
	}
	sw_frame_build(&check->frame, &spec);
	memset(&sender, 0, sizeof(sender));
	alternate(check, world, &sender);
	assert_true(sender.passed > SWAPS);
	assert_int_equal(sender.dropped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_between_two),
		cmocka_unit_test(test_never_half_an_update),
		cmocka_unit_test(test_carried_never_between_two),
	};
	const struct CMUnitTest tunnels[] = {
		cmocka_unit_test(test_carried_never_between_two),
		cmocka_unit_test(test_tunnel_never_between_two),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown) +
	       cmocka_run_group_tests(tunnels, sw_check_setup_tunnels, sw_check_teardown);
}
