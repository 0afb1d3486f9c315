// SPDX-License-Identifier: GPL-2.0
/* Every frame ended at every byte, in three ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

#define SHORTEST 14 /* that BPF_PROG_TEST_RUN takes */

/* How the frame ends early. */
enum cut {
	CUT_SHORT,  /* the lengths promise more */
	CUT_AGREED, /* the lengths agree */
	CUT_PADDED, /* the lengths end early, the bytes are there: padding */
	CUTS,
};

static const char *const cut_name[CUTS] = { "cut short", "shortened", "padded" };

static void cut_at(struct sw_frame *frame, const struct sw_spec *spec, enum cut cut, __u32 len)
{
	__u32 whole = frame->len;

	switch (cut) {
	case CUT_SHORT:
		frame->len = len;
		break;
	case CUT_AGREED:
		sw_frame_cut(frame, spec, len);
		break;
	case CUT_PADDED:
		sw_frame_cut(frame, spec, len);
		frame->len = whole;
		break;
	case CUTS:
		break;
	}
}

static void cut_everywhere(struct sw_check *check, const struct sw_spec *spec, const char *what)
{
	char name[128];
	enum cut cut;
	__u32 len, whole;

	for (cut = 0; cut < CUTS; cut++) {
		snprintf(name, sizeof(name), "%s, %s", what, cut_name[cut]);
		sw_frame_build(&check->frame, spec);
		whole = check->frame.len;
		for (len = SHORTEST; len <= whole; len++) {
			sw_frame_build(&check->frame, spec);
			cut_at(&check->frame, spec, cut, len);
			sw_check_sample(check, len % SW_ROLES, name);
		}
	}
}

/* No, one, and many extension headers of each kind and of all. */
static bool is_telling(unsigned net)
{
	unsigned exts = net <= SW_NET_AXIS_V4 ? 0 : (net - SW_NET_AXIS_V4 - 1) % 9 + 1;

	return exts < 2 || (net > SW_NET_AXIS - 9 && (exts == 3 || exts >= 8));
}

static void cut_net(struct sw_check *check, const struct sw_link_axis *link, unsigned net)
{
	static const enum sw_cast_part from[] = { SW_PART_CLEAN, SW_PART_CNC, SW_PART_ZOMBIE };
	__u8 family = sw_axis_net_family(net);
	char name[96], net_name[32];
	struct sw_spec spec;
	int fragment, transport;
	size_t i;

	for (fragment = 0; fragment < SW_FRAGMENT_AXIS; fragment++) {
		for (transport = SW_AXIS_SMTP_SYN; transport <= SW_AXIS_UDP_25; transport += 5) {
			for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
				spec = sw_spec_smtp(family, sw_cast_src(from[i], family),
						    sw_cast_dst(SW_PART_CLEAN, family));
				sw_axis_link(&spec, link);
				sw_axis_net(&spec, net, net_name, sizeof(net_name));
				sw_axis_transport(&spec, transport);
				sw_axis_fragment(&spec, fragment, net);
				spec.padding = 4;
				snprintf(name, sizeof(name), "%s, %s, %s, %s", link->name, net_name,
					 sw_fragment_axis_name[fragment],
					 sw_transport_axis_name[transport]);
				cut_everywhere(check, &spec, name);
			}
		}
	}
}

static void test_truncate(void **state)
{
	struct sw_check *check = sw_check_of(state);
	size_t link;
	unsigned net;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (link = 0; link < sw_link_axis_count; link++) {
		for (net = 0; net < SW_NET_AXIS; net++) {
			if (is_telling(net))
				cut_net(check, &sw_link_axis[link], net);
		}
	}
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncate),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
