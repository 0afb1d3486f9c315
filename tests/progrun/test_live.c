// SPDX-License-Identifier: GPL-2.0
/* Live zombies: by address or prefix, until their time has come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cast.h"
#include "check.h"

#define V6(hi, lo) ((sw_u128)(hi) << 64 | (lo))

static void expect(struct sw_check *check, __u8 family, sw_u128 src, enum sw_reason reason,
		   const char *what)
{
	struct sw_spec spec = sw_spec_smtp(family, src, sw_cast_dst(SW_PART_CLEAN, family));
	int role;

	for (role = 0; role < SW_ROLES; role++) {
		sw_frame_build(&check->frame, &spec);
		sw_check_reason(check, role, reason, what);
	}
}

/* It ends when the clock reaches its end, with nobody's help. */
static void test_end(void **state)
{
	struct sw_check *check = sw_check_of(state);
	__u64 until = check->now_ns;
	sw_u128 address[SW_FAMILIES];
	__u8 family;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		address[family] = sw_cast_src(SW_PART_LIVE, family);
		sw_world_live(&check->world, family, address[family], until);
		sw_world_live(&check->world, family, address[family] + ((sw_u128)1 << 64),
			      SW_LIVE_FOREVER);
	}
	sw_check_publish(check);
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		check->now_ns = 0;
		expect(check, family, address[family], SW_ZOMBIE_LIVE, "at the clock's start");
		check->now_ns = until - 1;
		expect(check, family, address[family], SW_ZOMBIE_LIVE, "a nanosecond to go");
		check->now_ns = until;
		expect(check, family, address[family], SW_SMTP_OK, "at its end");
		check->now_ns = until + 1;
		expect(check, family, address[family], SW_SMTP_OK, "behind its end");
		check->now_ns = 1ULL << 62;
		expect(check, family, address[family], SW_SMTP_OK, "long behind its end");
	}
	sw_check_done(check);
}

static void test_no_end(void **state)
{
	struct sw_check *check = sw_check_of(state);
	sw_u128 address = sw_cast_src(SW_PART_LIVE, SW_IPV4);

	sw_world_live(&check->world, SW_IPV4, address, SW_LIVE_FOREVER);
	sw_check_publish(check);
	check->now_ns = ~0ULL - 1;
	expect(check, SW_IPV4, address, SW_ZOMBIE_LIVE, "for ever");
	sw_check_done(check);
}

static void test_ipv4_is_exact(void **state)
{
	struct sw_check *check = sw_check_of(state);
	sw_u128 address = 0xc6120305;
	int bit;

	sw_world_live(&check->world, SW_IPV4, address, SW_LIVE_FOREVER);
	check->world.source_prefix = 32;
	sw_check_publish(check);
	expect(check, SW_IPV4, address, SW_ZOMBIE_LIVE, "the address");
	for (bit = 0; bit < 32; bit++)
		expect(check, SW_IPV4, address ^ (sw_u128)1 << bit, SW_SMTP_OK, "another address");
	sw_check_done(check);
}

static void test_ipv6_by_prefix(void **state)
{
	static const __u8 lengths[] = { 32, 48, 56, 64, 65, 96, 127, 128 };
	const sw_u128 address = V6(0x20010db812345678, 0x9abcdef012345678);
	struct sw_check *check = sw_check_of(state);
	size_t i;
	unsigned bit;

	sw_world_live(&check->world, SW_IPV6, address, SW_LIVE_FOREVER);
	for (i = 0; i < sizeof(lengths); i++) {
		check->world.source_prefix = lengths[i];
		sw_check_publish(check);
		for (bit = 0; bit < 128; bit++)
			expect(check, SW_IPV6, address ^ (sw_u128)1 << bit,
			       bit < 128u - lengths[i] ? SW_ZOMBIE_LIVE : SW_SMTP_OK,
			       "a bit of the address");
	}
	sw_check_done(check);
}

/* The IPv6 form of an IPv4 zombie's key is another host's address. */
static void test_mapped_address_is_another(void **state)
{
	struct sw_check *check = sw_check_of(state);

	sw_world_live(&check->world, SW_IPV4, 0xc6120305, SW_LIVE_FOREVER);
	sw_check_publish(check);
	expect(check, SW_IPV6, V6(0, 0xffffc6120305), SW_SMTP_OK, "::ffff:198.18.3.5");
	sw_check_done(check);
}

/* Only SMTP, and later fragments that may be TCP, ask who is a live zombie. */
static void test_other_traffic_passes(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	__u8 family;
	int role;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (role = 0; role < SW_ROLES; role++) {
			spec = sw_spec_smtp(family, sw_cast_src(SW_PART_LIVE, family),
					    sw_cast_dst(SW_PART_CLEAN, family));
			spec.dport = 443;
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, SW_CLEAN, "HTTPS");
			spec.protocol = SW_UDP;
			spec.dport = 25;
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, SW_CLEAN, "UDP to port 25");
			sw_spec_fragment(&spec, 0, 100, true);
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, SW_FRAGMENT_LATER, "later fragment of UDP");
			spec.protocol = SW_TCP;
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, SW_ZOMBIE_FRAGMENT, "later fragment of TCP");
		}
	}
	sw_check_done(check);
}

/* A gate bit without an entry, and entries behind one bit, mislead nobody. */
static void test_gate_bit_is_only_a_hint(void **state)
{
	struct sw_check *check = sw_check_of(state);

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	memset(check->rig.gate, 0xff, sizeof(*check->rig.gate));
	expect(check, SW_IPV4, sw_cast_src(SW_PART_CLEAN, SW_IPV4), SW_SMTP_OK, "no entry");
	expect(check, SW_IPV4, sw_cast_src(SW_PART_LIVE, SW_IPV4), SW_ZOMBIE_LIVE, "an entry");
	expect(check, SW_IPV6, sw_cast_src(SW_PART_CLEAN, SW_IPV6), SW_SMTP_OK, "no entry");
	expect(check, SW_IPV6, sw_cast_src(SW_PART_LIVE, SW_IPV6), SW_ZOMBIE_LIVE, "an entry");
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_ipv4_is_exact),
		cmocka_unit_test(test_ipv6_by_prefix),
		cmocka_unit_test(test_mapped_address_is_another),
		cmocka_unit_test(test_other_traffic_passes),
		cmocka_unit_test(test_gate_bit_is_only_a_hint),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
