// SPDX-License-Identifier: GPL-2.0
/* What is in tunnels: opened and closed ones, whole, in fragments, cut at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "axes.h"
#include "cast.h"
#include "check.h"
#include "heads.h"

#define ETHERNET 14
#define UDP 8

/* What stays closed, whatever is configured. */
static const struct {
	const char *name;
	__u16 sport, dport;
	__u8 protocol;
} closed[] = {
	{ "Geneve", 40000, 6081, SW_UDP },	{ "Teredo", 40000, 3544, SW_UDP },
	{ "from Teredo", 3544, 40000, SW_UDP }, { "ESP", 0, 0, SW_ESP },
	{ "ESP in UDP", 4500, 4500, SW_UDP },	{ "WireGuard", 51820, 40000, SW_UDP },
	{ "PPTP", 40000, 1723, SW_TCP },	{ "no tunnel", 4789, 1723, SW_UDP },
	{ "from PPTP", 1723, 40000, SW_TCP },	{ "HTTP", 40000, 80, SW_TCP },
};

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	sw_cast(&check->world, check->now_ns);
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ SW_SECOND_US, 2 };
	sw_check_publish(check);
	assert_int_equal(sw_rig_tunnelled(&check->rig, &check->tunnelled), 0);
	return check;
}

static struct sw_spec outer_spec(const struct sw_head *head, __u8 family, enum sw_cast_part src,
				 enum sw_cast_part dst)
{
	struct sw_spec spec =
		sw_spec_smtp(family, sw_cast_src(src, family), sw_cast_dst(dst, family));

	spec.protocol = head->protocol;
	return spec;
}

/* An SMTP SYN between the parts, in the tunnel, between two clean addresses. */
static void build(struct sw_check *check, const struct sw_head *head, __u8 outer, __u8 inner,
		  enum sw_cast_part src, enum sw_cast_part dst)
{
	struct sw_spec around = outer_spec(head, outer, SW_PART_CLEAN, SW_PART_CLEAN);
	struct sw_spec spec = sw_spec_smtp(inner, sw_cast_src(src, inner), sw_cast_dst(dst, inner));

	sw_frame_build(&check->frame, &spec);
	sw_frame_wrap(&check->frame, &around, head);
}

typedef void (*each_fn)(struct sw_check *check, const struct sw_head *head, __u8 outer, __u8 inner);

static void for_each_head(struct sw_check *check, each_fn each)
{
	__u8 outer, inner;
	size_t i;

	for (i = 0; i < sw_head_count; i++) {
		for (outer = SW_IPV4; outer <= SW_IPV6; outer++) {
			for (inner = SW_IPV4; inner <= SW_IPV6; inner++) {
				if (!sw_heads[i].inner || sw_heads[i].inner == inner)
					each(check, &sw_heads[i], outer, inner);
			}
		}
	}
}

static void check_roles(struct sw_check *check, const char *what)
{
	int role;

	for (role = 0; role < SW_ROLES; role++)
		sw_check_sample(check, role, what);
}

static void try_pairs(struct sw_check *check, const struct sw_head *head, __u8 outer, __u8 inner)
{
	char what[128];
	size_t i;

	for (i = 0; i < sw_pair_count; i++) {
		snprintf(what, sizeof(what), "%s: %s", head->name, sw_pairs[i].name);
		build(check, head, outer, inner, sw_pairs[i].src, sw_pairs[i].dst);
		check_roles(check, what);
		sw_check_split(check, i % SW_ROLES, what);
	}
}

static void test_inside(void **state)
{
	struct sw_check *check = begin(state);

	for_each_head(check, try_pairs);
	sw_check_done(check);
}

/* Whatever is inside. */
static void try_outside(struct sw_check *check, const struct sw_head *head, __u8 outer, __u8 inner)
{
	struct sw_spec spec = sw_spec_smtp(inner, sw_cast_src(SW_PART_CLEAN, inner),
					   sw_cast_dst(SW_PART_CNC, inner));
	struct sw_spec around;
	char what[128];
	size_t i;

	for (i = 0; i < sw_pair_count; i++) {
		snprintf(what, sizeof(what), "%s: %s outside", head->name, sw_pairs[i].name);
		around = outer_spec(head, outer, sw_pairs[i].src, sw_pairs[i].dst);
		sw_frame_build(&check->frame, &spec);
		sw_frame_wrap(&check->frame, &around, head);
		check_roles(check, what);
	}
}

static void test_outside(void **state)
{
	struct sw_check *check = begin(state);

	for_each_head(check, try_outside);
	sw_check_done(check);
}

/* In words of the policy, wherever the first buffer ends. */
static void test_reasons(void **state)
{
	struct sw_check *check = begin(state);
	bool opened = check->rig.opened_tunnels;
	struct sw_spec around = outer_spec(&sw_heads[1], SW_IPV4, SW_PART_CNC, SW_PART_CLEAN), spec;
	size_t i;

	check->split = true;
	for (i = 0; i < sw_head_count; i++) {
		__u8 inner = sw_heads[i].inner ? sw_heads[i].inner : SW_IPV4;

		build(check, &sw_heads[i], SW_IPV4, inner, SW_PART_CLEAN, SW_PART_CNC);
		sw_check_reason(check, SW_ACCESS, opened ? SW_CNC_DST : SW_CLEAN, sw_heads[i].name);
		build(check, &sw_heads[i], SW_IPV4, inner, SW_PART_CNC, SW_PART_CLEAN);
		sw_check_reason(check, SW_UPSTREAM, opened ? SW_CNC_SRC : SW_CLEAN,
				sw_heads[i].name);
		build(check, &sw_heads[i], SW_IPV4, inner, SW_PART_ZOMBIE, SW_PART_CLEAN);
		sw_check_reason(check, SW_ACCESS, opened ? SW_ZOMBIE_FEED : SW_CLEAN,
				sw_heads[i].name);
		build(check, &sw_heads[i], SW_IPV4, inner, SW_PART_ZOMBIE, SW_PART_OPEN_RELAY);
		sw_check_reason(check, SW_ACCESS, opened ? SW_ALLOW : SW_CLEAN, sw_heads[i].name);
	}
	build(check, &sw_heads[1], SW_IPV4, SW_IPV6, SW_PART_CLEAN, SW_PART_CNC);
	sw_frame_build(&check->frame, &around);
	spec = sw_spec_smtp(SW_IPV6, sw_cast_src(SW_PART_CNC, SW_IPV6),
			    sw_cast_dst(SW_PART_CNC, SW_IPV6));
	sw_frame_build(&check->frame, &spec);
	sw_frame_wrap(&check->frame, &around, &sw_heads[1]);
	sw_check_reason(check, SW_ACCESS, SW_CNC_SRC, "C&C outside and inside");
	sw_check_done(check);
}

static void dslite(struct sw_check *check, sw_u128 subscriber, sw_u128 src, sw_u128 dst)
{
	struct sw_spec around = outer_spec(&sw_heads[0], SW_IPV6, SW_PART_CLEAN, SW_PART_CLEAN);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, src, dst);

	around.src = subscriber;
	sw_frame_build(&check->frame, &spec);
	sw_frame_wrap(&check->frame, &around, &sw_heads[0]);
}

/* Not opened, nobody is judged by it but C&C addresses outside, and nothing takes a token. */
static void dslite_closed(struct sw_check *check)
{
	static const enum sw_cast_part outer[] = { SW_PART_CLEAN, SW_PART_ZOMBIE, SW_PART_LIVE,
						   SW_PART_CLOSED, SW_PART_ALLOWED };
	sw_u128 inner = sw_cast_src(SW_PART_ZOMBIE, SW_IPV4);
	sw_u128 cnc = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	size_t i;

	check->split = true;
	for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
		dslite(check, sw_cast_src(outer[i], SW_IPV6), inner, cnc);
		sw_check_reason(check, SW_ACCESS, SW_CLEAN, "closed");
		sw_check_reason(check, SW_UPSTREAM, SW_CLEAN, "closed");
	}
	dslite(check, sw_cast_src(SW_PART_CNC, SW_IPV6), inner, cnc);
	sw_check_reason(check, SW_ACCESS, SW_CNC_SRC, "C&C outside");
	sw_check_done(check);
}

/* DS-Lite: the subscriber is the outer source. */
static void test_dslite(void **state)
{
	struct sw_check *check = begin(state);
	sw_u128 one = (sw_u128)0x20010db8fffe0001 << 64 | 1, two = one + ((sw_u128)1 << 64);
	sw_u128 inner = 0xc0a80102, world = sw_cast_dst(SW_PART_CLEAN, SW_IPV4);
	int i;

	if (!check->rig.opened_tunnels) {
		dslite_closed(check);
		return;
	}
	for (i = 0; i < 2; i++) {
		dslite(check, one + i, inner + i, world + i);
		sw_check_reason(check, SW_ACCESS, SW_SMTP_OK, "two of one subscriber");
	}
	dslite(check, one + 9, inner + 9, world);
	sw_check_reason(check, SW_ACCESS, SW_RATE_LIMIT, "one too many, of another inner address");
	dslite(check, two, inner, world);
	sw_check_reason(check, SW_ACCESS, SW_SMTP_OK, "another subscriber's inner address");
	sw_check_reason(check, SW_ACCESS, SW_SMTP_OK, "sent again");

	check->split = true;
	dslite(check, sw_cast_src(SW_PART_ZOMBIE, SW_IPV6), inner, world);
	sw_check_reason(check, SW_ACCESS, SW_ZOMBIE_FEED, "a zombie by its outer address");
	sw_check_reason(check, SW_UPSTREAM, SW_SMTP_OK, "the concentrator's is no sender's");
	dslite(check, sw_cast_src(SW_PART_LIVE, SW_IPV6), inner, world);
	sw_check_reason(check, SW_ACCESS, SW_ZOMBIE_LIVE, "a live zombie by its outer address");
	dslite(check, sw_cast_src(SW_PART_ALLOWED, SW_IPV6), sw_cast_src(SW_PART_ZOMBIE, SW_IPV4),
	       world);
	sw_check_reason(check, SW_ACCESS, SW_ALLOW, "allowed by its outer address");
	sw_check_reason(check, SW_UPSTREAM, SW_ZOMBIE_FEED, "a zombie of the Internet");
	dslite(check, sw_cast_src(SW_PART_CLOSED, SW_IPV6), inner, world);
	sw_check_reason(check, SW_ACCESS, SW_SMTP_CLOSED, "closed by its outer address");
	dslite(check, sw_cast_src(SW_PART_ZOMBIE, SW_IPV6), inner,
	       sw_cast_dst(SW_PART_OPEN_RELAY, SW_IPV4));
	sw_check_reason(check, SW_ACCESS, SW_ALLOW, "to an open relay by its inner address");
	dslite(check, one, inner, sw_cast_dst(SW_PART_CNC, SW_IPV4));
	sw_check_reason(check, SW_ACCESS, SW_CNC_DST, "to a C&C address inside");
	sw_check_done(check);
}

static void knock_inside(struct sw_check *check, const struct sw_head *head, const sw_u128 ends[2],
			 __u8 outer, __u8 inner, enum sw_reason reason)
{
	struct sw_spec around = outer_spec(head, outer, SW_PART_CLEAN, SW_PART_CLEAN);
	struct sw_spec spec = sw_spec_smtp(inner, ends[1], sw_cast_dst(SW_PART_CLEAN, inner));
	int role;

	around.src = ends[0];
	sw_frame_build(&check->frame, &spec);
	sw_frame_wrap(&check->frame, &around, head);
	for (role = 0; role < SW_ROLES; role++)
		sw_check_reason(check, role, reason, head->name);
}

/* Two tokens each, whichever end of the tunnel it comes by. Of DS-Lite the other end is the
 * subscriber, on access: see there. */
static void limit_inside(struct sw_check *check, const struct sw_head *head, __u8 outer, __u8 inner)
{
	sw_u128 step = (sw_u128)1 << (inner == SW_IPV4 ? 0 : 64);
	sw_u128 ends[2] = { sw_cast_src(SW_PART_CLEAN, outer), sw_cast_src(SW_PART_CLEAN, inner) };
	enum sw_reason third = check->rig.opened_tunnels ? SW_RATE_LIMIT : SW_CLEAN;
	enum sw_reason first = check->rig.opened_tunnels ? SW_SMTP_OK : SW_CLEAN;
	int i;

	if (head->protocol == 4 && outer == SW_IPV6)
		return;
	sw_check_publish(check);
	for (i = 0; i < 2; i++, ends[0]++)
		knock_inside(check, head, ends, outer, inner, first);
	knock_inside(check, head, ends, outer, inner, third);
	ends[1] += step;
	knock_inside(check, head, ends, outer, inner, first);
}

static void test_limits(void **state)
{
	struct sw_check *check = begin(state);

	check->world.rate[SW_UPSTREAM] = check->world.rate[SW_ACCESS];
	for_each_head(check, limit_inside);
	sw_check_done(check);
}

static void try_fragments(struct sw_check *check, const struct sw_head *head, __u8 outer,
			  __u8 inner)
{
	static const enum sw_cast_part from[] = { SW_PART_CLEAN, SW_PART_CNC, SW_PART_ZOMBIE };
	char what[128];
	int fragment;
	size_t i;

	for (fragment = 0; fragment < SW_FRAGMENT_AXIS; fragment++) {
		for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
			struct sw_spec around =
				outer_spec(head, outer, SW_PART_CLEAN, SW_PART_CLEAN);
			struct sw_spec spec = sw_spec_smtp(inner, sw_cast_src(from[i], inner),
							   sw_cast_dst(SW_PART_CLEAN, inner));

			snprintf(what, sizeof(what), "%s, outside: %s", head->name,
				 sw_fragment_axis_name[fragment]);
			sw_frame_build(&check->frame, &spec);
			sw_axis_fragment(&around, fragment, 0);
			sw_frame_wrap(&check->frame, &around, head);
			check_roles(check, what);
			sw_check_split(check, i % SW_ROLES, what);

			snprintf(what, sizeof(what), "%s, inside: %s", head->name,
				 sw_fragment_axis_name[fragment]);
			around = outer_spec(head, outer, SW_PART_CLEAN, SW_PART_CLEAN);
			sw_axis_fragment(&spec, fragment, 0);
			sw_frame_build(&check->frame, &spec);
			sw_frame_wrap(&check->frame, &around, head);
			check_roles(check, what);
			sw_check_split(check, i % SW_ROLES, what);
		}
	}
}

static void test_fragments(void **state)
{
	struct sw_check *check = begin(state);

	for_each_head(check, try_fragments);
	sw_check_done(check);
}

/* What is around ends there, or says so while the bytes are there; and what is inside. */
static void cut_at(struct sw_check *check, const struct sw_head *head, const struct sw_spec *around,
		   const struct sw_spec *spec, __u32 len, __u32 whole)
{
	char what[128];

	snprintf(what, sizeof(what), "%s, cut at %u", head->name, len);
	sw_frame_build(&check->frame, spec);
	sw_frame_wrap(&check->frame, around, head);
	check->frame.len = len;
	check_roles(check, what);
	sw_frame_cut(&check->frame, around, len);
	check_roles(check, what);
	check->frame.len = whole;
	check_roles(check, what);
	sw_frame_build(&check->frame, spec);
	if (len >= ETHERNET && len < check->frame.len) {
		sw_frame_cut(&check->frame, spec, len);
		sw_frame_wrap(&check->frame, around, head);
		snprintf(what, sizeof(what), "%s, inside cut at %u", head->name, len);
		check_roles(check, what);
	}
}

static void cut_everywhere(struct sw_check *check, const struct sw_head *head, __u8 outer,
			   __u8 inner)
{
	static const enum sw_cast_part to[] = { SW_PART_CLEAN, SW_PART_CNC };
	struct sw_spec around = outer_spec(head, outer, SW_PART_CLEAN, SW_PART_CLEAN);
	__u32 len, whole;
	size_t i;

	around.padding = 6;
	for (i = 0; i < 2; i++) {
		struct sw_spec spec = sw_spec_smtp(inner, sw_cast_src(SW_PART_ZOMBIE, inner),
						   sw_cast_dst(to[i], inner));

		spec.payload = 20;
		spec.exts = 0;
		if (inner == SW_IPV6)
			sw_spec_ext(&spec, SW_EXT_DEST, 2);
		if (outer == SW_IPV6 && i)
			sw_spec_ext(&around, SW_EXT_HOP, 1);
		sw_frame_build(&check->frame, &spec);
		sw_frame_wrap(&check->frame, &around, head);
		whole = check->frame.len;
		for (len = ETHERNET; len <= whole; len++)
			cut_at(check, head, &around, &spec, len, whole);
	}
}

static void test_truncate(void **state)
{
	struct sw_check *check = begin(state);

	for_each_head(check, cut_everywhere);
	sw_check_done(check);
}

/* Each in each. */
static void test_nested(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec, around;
	char what[128];
	size_t i, j;

	for (i = 0; i < sw_head_count; i++) {
		for (j = 0; j < sw_head_count; j++) {
			__u8 inner = sw_heads[i].inner ? sw_heads[i].inner : SW_IPV6;
			__u8 middle = sw_heads[j].inner ? sw_heads[j].inner : SW_IPV4;

			spec = sw_spec_smtp(inner, sw_cast_src(SW_PART_CNC, inner),
					    sw_cast_dst(SW_PART_CNC, inner));
			around = outer_spec(&sw_heads[i], middle, SW_PART_ZOMBIE, SW_PART_CLEAN);
			sw_frame_build(&check->frame, &spec);
			sw_frame_wrap(&check->frame, &around, &sw_heads[i]);
			around = outer_spec(&sw_heads[j], SW_IPV6, SW_PART_CLEAN, SW_PART_CLEAN);
			sw_frame_wrap(&check->frame, &around, &sw_heads[j]);
			snprintf(what, sizeof(what), "%s in %s", sw_heads[i].name,
				 sw_heads[j].name);
			sw_check_reason(check, SW_ACCESS, SW_CLEAN, what);
			sw_check_reason(check, SW_UPSTREAM, SW_CLEAN, what);
		}
	}
	sw_check_done(check);
}

static void test_closed(void **state)
{
	static const __u8 some[20];
	struct sw_check *check = begin(state);
	struct sw_head head = { .name = "closed" };
	struct sw_spec spec;
	__u8 family;
	size_t i, j;

	memcpy(head.bytes, some, sizeof(some));
	for (i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		for (family = SW_IPV4; family <= SW_IPV6; family++) {
			spec = sw_spec_smtp(family, sw_cast_src(SW_PART_CLEAN, family),
					    sw_cast_dst(SW_PART_CLEAN, family));
			spec.protocol = closed[i].protocol;
			spec.sport = closed[i].sport;
			spec.dport = closed[i].dport;
			spec.payload = 20;
			sw_frame_build(&check->frame, &spec);
			check_roles(check, closed[i].name);
			sw_check_split(check, SW_ACCESS, closed[i].name);
			for (j = 0; j < sw_head_count; j++) {
				if (sw_heads[j].inner && sw_heads[j].inner != family)
					continue;
				spec.protocol = closed[i].protocol;
				sw_frame_build(&check->frame, &spec);
				struct sw_spec around = outer_spec(&sw_heads[j], SW_IPV6,
								   SW_PART_CLEAN, SW_PART_CLEAN);
				sw_frame_wrap(&check->frame, &around, &sw_heads[j]);
				check_roles(check, closed[i].name);
			}
		}
	}
	sw_check_done(check);
}

/* Every value of what tells a tunnel. */
static void test_sweep(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	size_t i;
	int at;

	build(check, &sw_heads[7], SW_IPV4, SW_IPV4, SW_PART_ZOMBIE, SW_PART_CLEAN);
	sw_check_sweep(check, check->frame.l4, 2, "GRE flags");
	sw_check_sweep(check, check->frame.l4 + 2, 2, "GRE type");
	build(check, &sw_heads[8], SW_IPV6, SW_IPV6, SW_PART_ZOMBIE, SW_PART_CLEAN);
	sw_check_sweep(check, check->frame.inner + 12, 2, "inner EtherType");
	build(check, &sw_heads[0], SW_IPV6, SW_IPV4, SW_PART_CLEAN, SW_PART_CLEAN);
	sw_check_sweep(check, check->frame.ip + 6, 1, "IPv6 next header");
	sw_check_sweep(check, check->frame.inner, 2, "inner version and header length");
	sw_check_sweep_length(check, check->frame.inner + 2, "inner length");
	sw_check_sweep(check, check->frame.inner + 9, 1, "inner protocol");
	build(check, &sw_heads[0], SW_IPV4, SW_IPV4, SW_PART_CLEAN, SW_PART_CLEAN);
	sw_check_sweep(check, check->frame.ip + 9, 1, "IPv4 protocol");
	for (i = 0; i < sw_head_count; i++) {
		if (sw_heads[i].protocol != SW_UDP)
			continue;
		build(check, &sw_heads[i], SW_IPV6, sw_heads[i].inner ?: SW_IPV4, SW_PART_ZOMBIE,
		      SW_PART_CLEAN);
		for (at = UDP; at < sw_heads[i].size; at++)
			sw_check_sweep(check, check->frame.l4 + at, 1, sw_heads[i].name);
		sw_check_sweep_length(check, check->frame.l4 + UDP + 2, sw_heads[i].name);
	}
	spec = sw_spec_smtp(SW_IPV4, sw_cast_src(SW_PART_CLEAN, SW_IPV4),
			    sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
	spec.protocol = SW_UDP;
	spec.payload = 20;
	sw_frame_build(&check->frame, &spec);
	sw_check_sweep(check, check->frame.l4, 2, "UDP source port");
	sw_check_sweep(check, check->frame.l4 + 2, 2, "UDP destination port");
	sw_check_done(check);
}

/* Tags, PPPoE and labels outside; inside they stand behind an Ethernet header. */
static void test_links(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec, around;
	char what[128];
	size_t link, i;

	for (link = 0; link < sw_link_axis_count; link++) {
		for (i = 0; i < sw_head_count; i++) {
			__u8 inner = sw_heads[i].inner ? sw_heads[i].inner : SW_IPV4;

			snprintf(what, sizeof(what), "%s, %s", sw_heads[i].name,
				 sw_link_axis[link].name);
			spec = sw_spec_smtp(inner, sw_cast_src(SW_PART_ZOMBIE, inner),
					    sw_cast_dst(SW_PART_CLEAN, inner));
			sw_axis_link(&spec, &sw_link_axis[link]);
			around = outer_spec(&sw_heads[i], SW_IPV6, SW_PART_CLEAN, SW_PART_CLEAN);
			sw_frame_build(&check->frame, &spec);
			sw_frame_wrap(&check->frame, &around, &sw_heads[i]);
			check_roles(check, what);
			sw_check_split(check, SW_ACCESS, what);
			sw_axis_link(&around, &sw_link_axis[link]);
			around.vid = SW_VID_NONE - i % 4;
			sw_frame_build(&check->frame, &spec);
			sw_frame_wrap(&check->frame, &around, &sw_heads[i]);
			check_roles(check, what);
		}
	}
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inside),	 cmocka_unit_test(test_outside),
		cmocka_unit_test(test_reasons),	 cmocka_unit_test(test_dslite),
		cmocka_unit_test(test_limits),	 cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_truncate), cmocka_unit_test(test_nested),
		cmocka_unit_test(test_closed),	 cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_links),
	};
	int failed = cmocka_run_group_tests_name("opened", tests, sw_check_setup_tunnels,
						 sw_check_teardown);

	return failed + cmocka_run_group_tests_name("closed", tests, sw_check_setup_closed_tunnels,
						    sw_check_teardown);
}
