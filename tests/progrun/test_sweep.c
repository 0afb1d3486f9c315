// SPDX-License-Identifier: GPL-2.0
/* Every value of every field that decides, one field at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

static const enum sw_cast_part sources[] = { SW_PART_CNC, SW_PART_ZOMBIE };

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	sw_cast(&check->world, check->now_ns);
	check->world.ports = 0;
	check->world.port[check->world.ports++] = 25;
	check->world.port[check->world.ports++] = 465;
	check->world.port[check->world.ports++] = 65535;
	sw_check_publish(check);
	return check;
}

static struct sw_spec spec_from(enum sw_cast_part part, __u8 family)
{
	struct sw_spec spec =
		sw_spec_smtp(family, sw_cast_src(part, family), sw_cast_dst(SW_PART_CLEAN, family));

	spec.padding = 6;
	return spec;
}

static void test_ethertype(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u8 family, tags;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (tags = 0; tags <= 2; tags++) {
			spec = spec_from(SW_PART_ZOMBIE, family);
			spec.tags = tags;
			spec.tpid[0] = 0x88a8;
			spec.tpid[1] = 0x8100;
			sw_frame_build(&check->frame, &spec);
			sw_check_sweep(check, 12 + 4 * tags, 2, "ethertype");
		}
	}
	sw_check_done(check);
}

static void test_pppoe(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u8 family;
	size_t i;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (i = 0; i < 2; i++) {
			spec = spec_from(sources[i], family);
			spec.pppoe = true;
			sw_frame_build(&check->frame, &spec);
			sw_check_sweep(check, check->frame.pppoe, 1, "PPPoE version and type");
			sw_check_sweep(check, check->frame.pppoe + 1, 1, "PPPoE code");
			sw_check_sweep_length(check, check->frame.pppoe + 4, "PPPoE length");
			sw_check_sweep(check, check->frame.pppoe + 6, 2, "PPP protocol");
		}
	}
	sw_check_done(check);
}

static void test_mpls(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u8 family, labels, label;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (labels = 1; labels <= 5; labels++) {
			spec = spec_from(SW_PART_ZOMBIE, family);
			spec.labels = labels;
			sw_frame_build(&check->frame, &spec);
			for (label = 0; label < labels; label++)
				sw_check_sweep(check, 14 + 4 * label + 2, 1, "bottom of stack");
			sw_check_sweep(check, check->frame.ip, 1, "behind MPLS");
		}
	}
	sw_check_done(check);
}

static void sweep_ipv4(struct sw_check *check, struct sw_spec *spec)
{
	static const __u8 words[] = { 0, 1, 10 };
	__u16 total;
	size_t i;

	for (i = 0; i < sizeof(words); i++) {
		spec->option_words = words[i];
		sw_frame_build(&check->frame, spec);
		for (total = 0; total < check->frame.len; total++) {
			sw_frame_put16(&check->frame, check->frame.ip + 2, total);
			sw_check_sweep(check, check->frame.ip, 1, "IPv4 version and header length");
		}
		sw_frame_build(&check->frame, spec);
		sw_check_sweep_length(check, check->frame.ip + 2, "IPv4 length");
	}
}

static void test_ipv4_lengths(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	size_t i;

	for (i = 0; i < 2; i++) {
		spec = spec_from(sources[i], SW_IPV4);
		sweep_ipv4(check, &spec);
		spec.pppoe = true;
		sweep_ipv4(check, &spec);
		spec.pppoe = false;
		spec.dport = 80; /* which takes the short cut */
		sweep_ipv4(check, &spec);
		spec.protocol = SW_UDP;
		sweep_ipv4(check, &spec);
	}
	sw_check_done(check);
}

static void test_ipv4_fragment(void **state)
{
	static const enum sw_cast_part from[] = { SW_PART_CLEAN, SW_PART_ZOMBIE, SW_PART_LIVE,
						  SW_PART_ALLOWED };
	static const __u8 protocol[] = { SW_TCP, SW_UDP };
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	size_t i, j;

	for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		for (j = 0; j < sizeof(protocol); j++) {
			spec = spec_from(from[i], SW_IPV4);
			spec.protocol = protocol[j];
			sw_frame_build(&check->frame, &spec);
			sw_check_sweep(check, check->frame.ip + 6, 2, "IPv4 fragment field");
		}
	}
	sw_check_done(check);
}

static void test_ipv6_fragment(void **state)
{
	static const enum sw_cast_part from[] = { SW_PART_ZOMBIE, SW_PART_ALLOWED };
	static const __u8 protocol[] = { SW_TCP, SW_UDP, SW_EXT_DEST };
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	size_t i, j;

	for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		for (j = 0; j < sizeof(protocol); j++) {
			spec = spec_from(from[i], SW_IPV6);
			spec.protocol = protocol[j];
			spec.payload = 40;
			sw_spec_fragment(&spec, 0, 0, false);
			sw_frame_build(&check->frame, &spec);
			sw_check_sweep(check, check->frame.ext[0] + 2, 2, "IPv6 fragment field");
		}
	}
	sw_check_done(check);
}

/* 0 to 255, in the fixed header and in the last extension header. */
static void test_protocol(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	int fragment, exts;
	size_t i;

	for (fragment = 0; fragment < SW_FRAGMENT_AXIS; fragment++) {
		for (i = 0; i < 2; i++) {
			spec = spec_from(sources[i], SW_IPV4);
			sw_axis_fragment(&spec, fragment, 0);
			sw_frame_build(&check->frame, &spec);
			sw_check_sweep(check, check->frame.ip + 9, 1, "IPv4 protocol");
			for (exts = 0; exts <= 8; exts++) {
				spec = spec_from(sources[i], SW_IPV6);
				spec.payload = 30;
				while (spec.exts < exts)
					sw_spec_ext(&spec, SW_EXT_DEST, 2);
				sw_axis_fragment(&spec, fragment, exts / 2);
				sw_frame_build(&check->frame, &spec);
				sw_check_sweep(check, check->frame.ip + 6, 1, "IPv6 next header");
				if (spec.exts)
					sw_check_sweep(check, check->frame.ext[spec.exts - 1], 1,
						       "next header of the last extension");
			}
		}
	}
	sw_check_done(check);
}

static void test_ipv6_lengths(void **state)
{
	static const __u8 type[] = { SW_EXT_HOP, SW_EXT_ROUTING, SW_EXT_DEST,	  SW_EXT_FRAGMENT,
				     SW_EXT_AH,	 SW_EXT_HIP,	 SW_EXT_MOBILITY, SW_EXT_SHIM6 };
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	size_t i, kind, ext;
	bool fixed;

	for (i = 0; i < 2; i++) {
		spec = spec_from(sources[i], SW_IPV6);
		sw_frame_build(&check->frame, &spec);
		sw_check_sweep(check, check->frame.ip, 1, "IPv6 version");
		sw_check_sweep_length(check, check->frame.ip + 4, "IPv6 length");
		for (kind = 0; kind < sizeof(type); kind++) {
			spec = spec_from(sources[i], SW_IPV6);
			fixed = type[kind] == SW_EXT_FRAGMENT;
			spec.payload = 600;
			sw_spec_ext(&spec, type[kind], fixed ? 1 : 3);
			sw_spec_ext(&spec, SW_EXT_DEST, 1);
			sw_spec_ext(&spec, type[kind], fixed ? 1 : 2);
			sw_frame_build(&check->frame, &spec);
			sw_check_sweep_length(check, check->frame.ip + 4,
					      "IPv6 length with extensions");
			for (ext = 0; ext < spec.exts; ext++)
				sw_check_sweep(check, check->frame.ext[ext] + 1, 1,
					       "extension header length");
		}
	}
	sw_check_done(check);
}

/* The data offset against every length that TCP may have. */
static void test_tcp_header(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u8 family, bytes;
	int fragment;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (fragment = SW_AXIS_WHOLE; fragment <= SW_AXIS_FIRST; fragment++) {
			for (bytes = 0; bytes <= 64; bytes++) {
				spec = spec_from(SW_PART_ZOMBIE, family);
				spec.doff = 15;
				spec.payload = 4;
				sw_axis_fragment(&spec, fragment, 0);
				spec.transport = bytes;
				spec.padding = 64;
				sw_frame_build(&check->frame, &spec);
				sw_check_sweep(check, check->frame.l4 + 12, 1, "TCP data offset");
			}
		}
	}
	sw_check_done(check);
}

static void test_tcp_fields(void **state)
{
	static const enum sw_cast_part from[] = { SW_PART_CLEAN, SW_PART_ZOMBIE, SW_PART_ALLOWED };
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u8 family;
	size_t i;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
			spec = spec_from(from[i], family);
			sw_frame_build(&check->frame, &spec);
			if (from[i] == SW_PART_ZOMBIE)
				sw_check_sweep(check, check->frame.l4, 2, "source port");
			sw_check_sweep(check, check->frame.l4 + 2, 2, "destination port");
			sw_check_sweep(check, check->frame.l4 + 13, 1, "flags");
		}
	}
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ethertype),     cmocka_unit_test(test_pppoe),
		cmocka_unit_test(test_mpls),	      cmocka_unit_test(test_ipv4_lengths),
		cmocka_unit_test(test_ipv4_fragment), cmocka_unit_test(test_ipv6_fragment),
		cmocka_unit_test(test_protocol),      cmocka_unit_test(test_ipv6_lengths),
		cmocka_unit_test(test_tcp_header),    cmocka_unit_test(test_tcp_fields),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
