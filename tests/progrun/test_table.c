// SPDX-License-Identifier: GPL-2.0
/* The matrix: everything around, in and between the addresses, times roles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

static void judge_pairs(struct sw_check *check, struct sw_spec *spec, const char *what)
{
	char name[160];
	size_t pair;
	int role;

	for (pair = 0; pair < sw_pair_count; pair++) {
		spec->src = sw_cast_src(sw_pairs[pair].src, spec->family);
		spec->dst = sw_cast_dst(sw_pairs[pair].dst, spec->family);
		sw_frame_build(&check->frame, spec);
		snprintf(name, sizeof(name), "%s, %s", what, sw_pairs[pair].name);
		for (role = 0; role < SW_ROLES; role++)
			sw_check_sample(check, role, name);
	}
}

static void judge_net(struct sw_check *check, const struct sw_link_axis *link, unsigned net)
{
	char name[120], net_name[32];
	struct sw_spec spec;
	int fragment, transport;

	for (fragment = 0; fragment < SW_FRAGMENT_AXIS; fragment++) {
		for (transport = 0; transport < SW_TRANSPORT_AXIS; transport++) {
			spec = sw_spec_smtp(sw_axis_net_family(net), 0, 0);
			sw_axis_link(&spec, link);
			sw_axis_net(&spec, net, net_name, sizeof(net_name));
			sw_axis_transport(&spec, transport);
			sw_axis_fragment(&spec, fragment, net + transport);
			snprintf(name, sizeof(name), "%s, %s, %s, %s", link->name, net_name,
				 sw_fragment_axis_name[fragment],
				 sw_transport_axis_name[transport]);
			judge_pairs(check, &spec, name);
		}
	}
}

static void test_matrix(void **state)
{
	struct sw_check *check = sw_check_of(state);
	size_t link;
	unsigned net;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (link = 0; link < sw_link_axis_count; link++) {
		for (net = 0; net < SW_NET_AXIS; net++)
			judge_net(check, &sw_link_axis[link], net);
	}
	sw_check_done(check);
}

/* Decides and counts the same, drops nothing. */
static void test_monitor(void **state)
{
	struct sw_check *check = sw_check_of(state);
	unsigned net;

	sw_cast(&check->world, check->now_ns);
	check->world.monitor = true;
	sw_check_publish(check);
	for (net = 0; net < SW_NET_AXIS; net++)
		judge_net(check, &sw_link_axis[0], net);
	sw_check_done(check);
}

/* The same for one NIC; that others monitor is nothing to it. */
static void test_nic_that_monitors(void **state)
{
	struct sw_check *check = sw_check_of(state);
	int monitors;

	sw_cast(&check->world, check->now_ns);
	for (monitors = 0; monitors < 2; monitors++) {
		check->world.monitor_nic = monitors;
		check->world.others = monitors ? 0 : ~0ULL;
		sw_check_publish(check);
		judge_net(check, &sw_link_axis[0], SW_NET_AXIS_V4 - 1);
		judge_net(check, &sw_link_axis[0], SW_NET_AXIS_V4);
	}
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_monitor),
		cmocka_unit_test(test_nic_that_monitors),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
