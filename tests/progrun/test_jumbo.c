// SPDX-License-Identifier: GPL-2.0
/* Frames of several buffers: where one ends must not show in the verdict. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <cmocka.h>
#include <linux/bpf.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

static const enum sw_cast_part parts[] = { SW_PART_CLEAN, SW_PART_CNC, SW_PART_ZOMBIE,
					   SW_PART_ALLOWED };

/* `more_length`: what to add to the IP length; `cut`: bytes that the frame lacks. */
static void judge_parts(struct sw_check *check, struct sw_spec *spec, int more_length, __u32 cut,
			const char *what)
{
	size_t i;
	int role;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		__u32 at, length;

		spec->src = sw_cast_src(parts[i], spec->family);
		spec->dst = sw_cast_dst(SW_PART_CLEAN, spec->family);
		sw_frame_build(&check->frame, spec);
		at = check->frame.ip + (spec->family == SW_IPV4 ? 2 : 4);
		length = check->frame.data[at] << 8 | check->frame.data[at + 1];
		sw_frame_put16(&check->frame, at, length + more_length);
		check->frame.len -= cut;
		for (role = 0; role < SW_ROLES; role++)
			sw_check_frame(check, role, what);
	}
}

static void test_payload(void **state)
{
	static const __u16 payload[] = { 3400, 3460, 3520, 4096, 8960, 40000, 64800 };
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	size_t i, link;
	__u8 family;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < sizeof(payload) / sizeof(payload[0]); i++) {
		for (link = 0; link < sw_link_axis_ip; link++) {
			for (family = SW_IPV4; family <= SW_IPV6; family++) {
				spec = sw_spec_smtp(family, 0, 0);
				spec.payload = payload[i];
				sw_axis_link(&spec, &sw_link_axis[link]);
				judge_parts(check, &spec, 0, 0, "jumbo SYN with payload");
				judge_parts(check, &spec, 0, 1, "jumbo one byte short");
				judge_parts(check, &spec, 1, 0, "jumbo length one too long");
				judge_parts(check, &spec, -1, 0, "jumbo with a byte of padding");
				spec.protocol = SW_UDP;
				judge_parts(check, &spec, 0, 0, "jumbo UDP");
				judge_parts(check, &spec, 0, 1, "jumbo UDP one byte short");
			}
		}
	}
	sw_check_done(check);
}

/* Extension headers of 2 KiB push the TCP header out of the first buffer. */
static void test_headers_behind_first_buffer(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	int exts, i, role;
	size_t part;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (exts = 1; exts <= 9; exts++) {
		for (part = 0; part < sizeof(parts) / sizeof(parts[0]); part++) {
			spec = sw_spec_smtp(SW_IPV6, sw_cast_src(parts[part], SW_IPV6),
					    sw_cast_dst(SW_PART_CLEAN, SW_IPV6));
			for (i = 0; i < exts; i++)
				sw_spec_ext(&spec, SW_EXT_DEST, 255);
			sw_frame_build(&check->frame, &spec);
			for (role = 0; role < SW_ROLES; role++)
				sw_check_frame(check, role, "long extension headers");
		}
	}
	sw_check_done(check);
}

static void split_everywhere(struct sw_check *check, const struct sw_spec *spec, const char *what)
{
	__u32 linear;
	int role;

	sw_frame_build(&check->frame, spec);
	for (linear = 0; linear <= check->frame.len; linear++) {
		for (role = 0; role < SW_ROLES; role++)
			sw_check_buffers(check, role, linear, what);
	}
}

/* Drivers choose what stands in the first buffer, and some leave it empty. */
static void test_short_first_buffer(void **state)
{
	static const enum sw_cast_part from[] = { SW_PART_CLEAN, SW_PART_ZOMBIE, SW_PART_LIVE };
	static const enum sw_cast_part to[] = { SW_PART_CLEAN, SW_PART_CNC, SW_PART_ALLOWED };
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	char name[32];
	unsigned net, part;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (net = 0; net < SW_NET_AXIS; net++) {
		for (part = 0; part < 9; part++) {
			__u8 family = sw_axis_net_family(net);

			spec = sw_spec_smtp(family, sw_cast_src(from[part / 3], family),
					    sw_cast_dst(to[part % 3], family));
			spec.payload = 30;
			sw_axis_net(&spec, net, name, sizeof(name));
			split_everywhere(check, &spec, name);
		}
	}
	sw_check_done(check);
}

/* Behind every kind of link header, too. */
static void test_short_first_buffer_links(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	size_t link;
	__u8 family;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (link = 0; link < sw_link_axis_ip; link++) {
		for (family = SW_IPV4; family <= SW_IPV6; family++) {
			spec = sw_spec_smtp(family, sw_cast_src(SW_PART_ZOMBIE, family),
					    sw_cast_dst(SW_PART_CLEAN, family));
			spec.payload = 30;
			sw_axis_link(&spec, &sw_link_axis[link]);
			split_everywhere(check, &spec, "split behind its link header");
		}
	}
	sw_check_done(check);
}

/* Of the programs as such nothing tells whether they take frames of several buffers, and a
 * test run does not ask. But programs that call each other by one array all do, or none. */
static int accepts(int owner, int program)
{
	int zero = 0, err = 0;
	int array =
		bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, NULL, sizeof(zero), sizeof(zero), 1, NULL);

	if (array < 0)
		return -errno;
	if (bpf_map_update_elem(array, &zero, &owner, BPF_ANY) ||
	    bpf_map_update_elem(array, &zero, &program, BPF_ANY))
		err = -errno;
	close(array);
	return err;
}

static int load_pass(__u32 flags)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_XDP,
		    .prog_flags = flags);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", pass, sizeof(pass) / sizeof(*pass),
			     &options);
}

static void test_programs_take_several_buffers(void **state)
{
	struct sw_check *check = sw_check_of(state);
	int large = load_pass(BPF_F_XDP_HAS_FRAGS), small = load_pass(0), role;

	assert_true(large >= 0 && small >= 0);
	assert_int_equal(accepts(large, large), 0);
	if (!accepts(large, small)) {
		print_message("skipped: this kernel does not tell who takes several buffers\n");
		skip();
	}
	for (role = 0; role < SW_ROLES; role++)
		assert_int_equal(accepts(large, check->rig.program[role]), 0);
	close(large);
	close(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs_take_several_buffers),
		cmocka_unit_test_setup_teardown(test_programs_take_several_buffers,
						sw_check_setup_tunnels, sw_check_teardown),
		cmocka_unit_test(test_payload),
		cmocka_unit_test(test_headers_behind_first_buffer),
		cmocka_unit_test(test_short_first_buffer),
		cmocka_unit_test(test_short_first_buffer_links),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
