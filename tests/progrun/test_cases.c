// SPDX-License-Identifier: GPL-2.0
/*
 * Cases with their outcome written out: they hold the model to the policy, as
 * the other tests hold the programs to the model. The first ones are frames of
 * another builder (scapy), which hold the frame builder's idea of a header to
 * the world's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "axes.h"
#include "cast.h"
#include "check.h"

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	check->split = true;
	return check;
}

static void set_frame(struct sw_frame *frame, const char *hex)
{
	unsigned byte;

	for (frame->len = 0; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		frame->data[frame->len++] = byte;
}

static const struct {
	const char *what;
	enum sw_reason reason;
	const char *hex;
} foreign_frames[] = {
	{ "IPv4 SYN of a zombie", SW_ZOMBIE_FEED,
	  "0200000000020200000000010800" /* Ethernet: IPv4 */
	  "4500002c000100004006ec88"	 /* 44 bytes, TTL 64, TCP */
	  "c612020ac6120014"		 /* 198.18.2.10 > 198.18.0.20 */
	  "9c4000190000000000000000"	 /* TCP 40000 > 25 */
	  "600220004d8a0000020405b4" },	 /* SYN, MSS 1460 */
	{ "QinQ PPPoE IPv6 destination options SYN of a zombie", SW_ZOMBIE_FEED,
	  "02000000000202000000000188a8"     /* Ethernet: 802.1ad */
	  "006481000007"		     /* VID 100, VID 7 */
	  "88641100000900460057"	     /* PPPoE session 9, 70 bytes: IPv6 */
	  "60000000001c3c40"		     /* 28 bytes, destination options */
	  "20010db80002000a0000000000000001" /* 2001:db8:2:a::1 */
	  "20010db8000000140000000000000001" /* > 2001:db8:0:14::1 */
	  "0600010400000000"		     /* PadN, then TCP */
	  "9c4000190000000000000000"	     /* TCP 40000 > 25 */
	  "5002200097f50000" },		     /* SYN */
	{ "two MPLS labels, data of a zombie", SW_ZOMBIE_FEED,
	  "0200000000020200000000018847" /* Ethernet: MPLS */
	  "0001000000011100"		 /* labels 16 and 17, the last */
	  "45000030000100004006ec84"	 /* 48 bytes, TTL 64, TCP */
	  "c612020ac6120014"		 /* 198.18.2.10 > 198.18.0.20 */
	  "9c4000190000000000000000"	 /* TCP 40000 > 25 */
	  "50182000a60e0000"		 /* PSH and ACK */
	  "45484c4f20780d0a" },		 /* "EHLO x" */
	{ "last IPv6 fragment of a zombie", SW_ZOMBIE_FRAGMENT,
	  "02000000000202000000000186dd"     /* Ethernet: IPv6 */
	  "6000000000202c40"		     /* 32 bytes, fragment header */
	  "20010db80002000a0000000000000001" /* 2001:db8:2:a::1 */
	  "20010db8000000140000000000000001" /* > 2001:db8:0:14::1 */
	  "060005c800000007"		     /* TCP from 1480 on, no more, id 7 */
	  "787878787878787878787878787878787878787878787878" }, /* "xxx..." */
	{ "IPv6 AH SYN of a zombie", SW_ZOMBIE_FEED,
	  "02000000000202000000000186dd"		     /* Ethernet: IPv6 */
	  "60000000002c3340"				     /* 44 bytes, AH */
	  "20010db80002000a0000000000000001"		     /* 2001:db8:2:a::1 */
	  "20010db8000000140000000000000001"		     /* > 2001:db8:0:14::1 */
	  "060400000000000100000001000000000000000000000000" /* AH of 24 bytes, then TCP */
	  "9c4000190000000000000000"			     /* TCP 40000 > 25 */
	  "5002200000000000" },				     /* SYN */
	{ "IPv4 router alert UDP to C&C", SW_CNC_DST,
	  "020000000002020000000001810000050800" /* Ethernet: VID 5, IPv4 */
	  "460000250001000040115880"		 /* 37 bytes, 24 of header, UDP */
	  "c612000ac6120114"			 /* 198.18.0.10 > 198.18.1.20 */
	  "94040000"				 /* router alert */
	  "13881388000d07af"			 /* UDP 5000 > 5000 */
	  "68656c6c6f" },			 /* "hello" */
	{ "ARP of a zombie", SW_NOT_IP,
	  "0200000000020200000000010806" /* Ethernet: ARP */
	  "0001080006040001"		 /* request, Ethernet and IPv4 */
	  "02fc00000001c612020a"	 /* of 198.18.2.10 */
	  "000000000000c6120014" },	 /* for 198.18.0.20 */
	{ "IPv4 tiny first fragment of an allowed host", SW_TINY_FRAGMENT,
	  "0200000000020200000000010800" /* Ethernet: IPv4 */
	  "4500001c000120004006c798"	 /* 28 bytes, more follow, TCP */
	  "c612070ac6120014"		 /* 198.18.7.10 > 198.18.0.20 */
	  "9c40001900000001" },		 /* TCP 40000 > 25, cut */
};

static void test_frames_of_another_builder(void **state)
{
	struct sw_check *check = begin(state);
	size_t i;
	int role;

	for (i = 0; i < sizeof(foreign_frames) / sizeof(foreign_frames[0]); i++) {
		set_frame(&check->frame, foreign_frames[i].hex);
		for (role = 0; role < SW_ROLES; role++)
			sw_check_reason(check, role, foreign_frames[i].reason,
					foreign_frames[i].what);
	}
	sw_check_done(check);
}

/* Whatever the NIC is: what each VLAN makes of mail of a zombie to an allowed host. */
static void test_roles_by_vlan(void **state)
{
	static const struct {
		__u16 vid;
		enum sw_reason access, upstream;
	} cases[] = {
		{ 0, SW_ZOMBIE_FEED, SW_ALLOW },
		{ SW_VID_ACCESS, SW_ZOMBIE_FEED, SW_ZOMBIE_FEED },
		{ SW_VID_UPSTREAM, SW_ALLOW, SW_ALLOW },
		{ SW_VID_NONE, SW_NOT_JUDGED, SW_NOT_JUDGED },
	};
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	char what[64];
	__u8 family;
	size_t i, link;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (link = 0; link < sw_link_axis_ip; link++) {
			for (family = SW_IPV4; family <= SW_IPV6; family++) {
				spec = sw_spec_smtp(family, sw_cast_src(SW_PART_ZOMBIE, family),
						    sw_cast_dst(SW_PART_ALLOWED, family));
				sw_axis_link(&spec, &sw_link_axis[link]);
				if (!spec.tags)
					continue;
				spec.vid = cases[i].vid;
				sw_frame_build(&check->frame, &spec);
				snprintf(what, sizeof(what), "%s in VLAN %d",
					 sw_link_axis[link].name, cases[i].vid);
				sw_check_reason(check, SW_ACCESS, cases[i].access, what);
				sw_check_reason(check, SW_UPSTREAM, cases[i].upstream, what);
			}
		}
	}
	/* The inner tag has no say, and C&C none where nothing is judged. */
	spec = sw_spec_smtp(SW_IPV4, sw_cast_src(SW_PART_CNC, SW_IPV4),
			    sw_cast_dst(SW_PART_CLEAN, SW_IPV4));
	sw_axis_link(&spec, &sw_link_axis[2]);
	spec.vid = SW_VID_NONE;
	sw_frame_build(&check->frame, &spec);
	sw_check_reason(check, SW_ACCESS, SW_NOT_JUDGED, "C&C");
	memcpy(check->frame.data + 14, (__u8[]){ 0, 100 }, 2);
	memcpy(check->frame.data + 18, (__u8[]){ SW_VID_NONE >> 8, SW_VID_NONE & 255 }, 2);
	sw_check_reason(check, SW_ACCESS, SW_CNC_SRC, "C&C, the inner tag of a VLAN not judged");
	sw_check_done(check);
}

/* Who may send mail to whom: what the two roles make of each pair. */
static void test_smtp_by_standing(void **state)
{
	static const struct {
		enum sw_cast_part src, dst;
		enum sw_reason access, upstream;
	} cases[] = {
		{ SW_PART_CLEAN, SW_PART_CLEAN, SW_SMTP_OK, SW_SMTP_OK },
		{ SW_PART_CNC, SW_PART_CLEAN, SW_CNC_SRC, SW_CNC_SRC },
		{ SW_PART_CLEAN, SW_PART_CNC, SW_CNC_DST, SW_CNC_DST },
		{ SW_PART_CNC, SW_PART_CNC, SW_CNC_SRC, SW_CNC_SRC },
		{ SW_PART_ZOMBIE, SW_PART_CLEAN, SW_ZOMBIE_FEED, SW_ZOMBIE_FEED },
		{ SW_PART_CLEAN, SW_PART_ZOMBIE, SW_SMTP_OK, SW_SMTP_OK },
		{ SW_PART_LIVE, SW_PART_CLEAN, SW_ZOMBIE_LIVE, SW_ZOMBIE_LIVE },
		{ SW_PART_EXPIRED, SW_PART_CLEAN, SW_SMTP_OK, SW_SMTP_OK },
		{ SW_PART_ZOMBIE_LIVE, SW_PART_CLEAN, SW_ZOMBIE_FEED, SW_ZOMBIE_FEED },
		{ SW_PART_CNC_ZOMBIE, SW_PART_CLEAN, SW_CNC_SRC, SW_CNC_SRC },
		{ SW_PART_ZOMBIE, SW_PART_CNC, SW_CNC_DST, SW_CNC_DST },
		{ SW_PART_ALLOWED, SW_PART_CLEAN, SW_ALLOW, SW_ALLOW },
		{ SW_PART_CLEAN, SW_PART_ALLOWED, SW_SMTP_OK, SW_ALLOW },
		{ SW_PART_ALLOWED_LISTED, SW_PART_CLEAN, SW_ALLOW, SW_ALLOW },
		{ SW_PART_CLEAN, SW_PART_ALLOWED_LISTED, SW_SMTP_OK, SW_ALLOW },
		{ SW_PART_ALLOWED, SW_PART_CNC, SW_CNC_DST, SW_CNC_DST },
		{ SW_PART_CNC, SW_PART_ALLOWED, SW_CNC_SRC, SW_CNC_SRC },
		{ SW_PART_ZOMBIE, SW_PART_ALLOWED, SW_ZOMBIE_FEED, SW_ALLOW },
		{ SW_PART_LIVE, SW_PART_ALLOWED, SW_ZOMBIE_LIVE, SW_ALLOW },
		{ SW_PART_CLEAN, SW_PART_RELAY, SW_ALLOW, SW_ALLOW },
		{ SW_PART_ZOMBIE, SW_PART_RELAY, SW_ZOMBIE_FEED, SW_ZOMBIE_FEED },
		{ SW_PART_LIVE, SW_PART_RELAY, SW_ZOMBIE_LIVE, SW_ZOMBIE_LIVE },
		{ SW_PART_RELAY, SW_PART_CLEAN, SW_ALLOW, SW_ALLOW },
		{ SW_PART_CLOSED, SW_PART_CLEAN, SW_SMTP_CLOSED, SW_SMTP_CLOSED },
		{ SW_PART_CLEAN, SW_PART_CLOSED, SW_SMTP_OK, SW_SMTP_OK },
		{ SW_PART_CLOSED, SW_PART_RELAY, SW_ALLOW, SW_ALLOW },
		{ SW_PART_CLOSED, SW_PART_ALLOWED, SW_SMTP_CLOSED, SW_ALLOW },
		{ SW_PART_OPENED, SW_PART_CLEAN, SW_SMTP_OK, SW_SMTP_OK },
		{ SW_PART_ZOMBIE_CLOSED, SW_PART_CLEAN, SW_ZOMBIE_FEED, SW_ZOMBIE_FEED },
		{ SW_PART_ZOMBIE, SW_PART_OPEN_RELAY, SW_ALLOW, SW_ALLOW },
		{ SW_PART_LIVE, SW_PART_OPEN_RELAY, SW_ALLOW, SW_ALLOW },
		{ SW_PART_CNC, SW_PART_OPEN_RELAY, SW_CNC_SRC, SW_CNC_SRC },
	};
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	char what[64];
	__u8 family;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (family = SW_IPV4; family <= SW_IPV6; family++) {
			spec = sw_spec_smtp(family, sw_cast_src(cases[i].src, family),
					    sw_cast_dst(cases[i].dst, family));
			sw_frame_build(&check->frame, &spec);
			snprintf(what, sizeof(what), "SMTP from part %d to %d", cases[i].src,
				 cases[i].dst);
			sw_check_reason(check, SW_ACCESS, cases[i].access, what);
			sw_check_reason(check, SW_UPSTREAM, cases[i].upstream, what);
		}
	}
	sw_check_done(check);
}

static void expect_fragment(struct sw_check *check, enum sw_cast_part part, __u16 offset, bool more,
			    __u16 transport, enum sw_reason tcp, enum sw_reason udp)
{
	struct sw_spec spec;
	__u8 family;
	int role;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		spec = sw_spec_smtp(family, sw_cast_src(part, family),
				    sw_cast_dst(SW_PART_CLEAN, family));
		spec.transport = transport;
		spec.payload = 64;
		sw_spec_fragment(&spec, 0, offset, more);
		for (role = 0; role < SW_ROLES; role++) {
			spec.protocol = SW_TCP;
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, tcp, "TCP fragment");
			spec.protocol = SW_UDP;
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, udp, "UDP fragment");
		}
	}
}

/* RFC 7112. */
static void expect_cut_chain(struct sw_check *check, bool more, enum sw_reason reason)
{
	struct sw_spec spec = sw_spec_smtp(SW_IPV6, sw_cast_src(SW_PART_ALLOWED, SW_IPV6),
					   sw_cast_dst(0, SW_IPV6));
	__u32 len;

	sw_spec_ext(&spec, SW_EXT_DEST, 2);
	sw_spec_ext(&spec, SW_EXT_ROUTING, 3);
	sw_spec_fragment(&spec, 0, 0, more);
	sw_frame_build(&check->frame, &spec);
	for (len = check->frame.ext[1]; len < check->frame.l4; len++) {
		sw_frame_build(&check->frame, &spec);
		sw_frame_cut(&check->frame, &spec, len);
		sw_check_reason(check, SW_ACCESS, reason, "cut in its extension headers");
	}
}

static void test_fragments(void **state)
{
	static const enum sw_cast_part anyone[] = { SW_PART_CLEAN, SW_PART_ZOMBIE, SW_PART_LIVE,
						    SW_PART_ALLOWED };
	struct sw_check *check = begin(state);
	size_t i;

	for (i = 0; i < sizeof(anyone) / sizeof(anyone[0]); i++) {
		expect_fragment(check, anyone[i], 0, true, 13, SW_TINY_FRAGMENT, SW_CLEAN);
		expect_fragment(check, anyone[i], 0, true, 0, SW_TINY_FRAGMENT, SW_CLEAN);
		expect_fragment(check, anyone[i], 1, true, SW_FRAME_ALL, SW_TINY_FRAGMENT,
				SW_FRAGMENT_LATER);
		expect_fragment(check, anyone[i], 1, false, 8, SW_TINY_FRAGMENT, SW_FRAGMENT_LATER);
	}
	expect_cut_chain(check, true, SW_TINY_FRAGMENT);
	expect_cut_chain(check, false, SW_MALFORMED);
	expect_fragment(check, SW_PART_CLEAN, 0, true, 14, SW_SMTP_OK, SW_CLEAN);
	expect_fragment(check, SW_PART_ZOMBIE, 0, true, 14, SW_ZOMBIE_FEED, SW_CLEAN);
	expect_fragment(check, SW_PART_LIVE, 0, true, SW_FRAME_ALL, SW_ZOMBIE_LIVE, SW_CLEAN);
	expect_fragment(check, SW_PART_ALLOWED, 0, true, 16, SW_ALLOW, SW_CLEAN);
	expect_fragment(check, SW_PART_CLEAN, 2, true, 0, SW_FRAGMENT_LATER, SW_FRAGMENT_LATER);
	expect_fragment(check, SW_PART_ZOMBIE, 2, true, 0, SW_ZOMBIE_FRAGMENT, SW_FRAGMENT_LATER);
	expect_fragment(check, SW_PART_LIVE, 0x1fff, false, SW_FRAME_ALL, SW_ZOMBIE_FRAGMENT,
			SW_FRAGMENT_LATER);
	expect_fragment(check, SW_PART_EXPIRED, 2, false, SW_FRAME_ALL, SW_FRAGMENT_LATER,
			SW_FRAGMENT_LATER);
	expect_fragment(check, SW_PART_ALLOWED_LISTED, 2, false, SW_FRAME_ALL, SW_FRAGMENT_LATER,
			SW_FRAGMENT_LATER);
	expect_fragment(check, SW_PART_CNC, 1, false, SW_FRAME_ALL, SW_CNC_SRC, SW_CNC_SRC);
	expect_fragment(check, SW_PART_CNC, 0, true, 0, SW_CNC_SRC, SW_CNC_SRC);
	sw_check_done(check);
}

static void expect_smtp(struct sw_check *check, const struct sw_spec *spec, enum sw_reason reason,
			const char *what)
{
	int role;

	sw_frame_build(&check->frame, spec);
	for (role = 0; role < SW_ROLES; role++)
		sw_check_reason(check, role, reason, what);
}

static void test_extension_headers(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec zombie = sw_spec_smtp(SW_IPV6, sw_cast_src(SW_PART_ZOMBIE, SW_IPV6),
					     sw_cast_dst(SW_PART_CLEAN, SW_IPV6));
	struct sw_spec spec = zombie;
	int i;

	for (i = 1; i <= 8; i++) {
		sw_spec_ext(&spec, SW_EXT_DEST, i);
		expect_smtp(check, &spec, SW_ZOMBIE_FEED, "up to eight extension headers");
	}
	sw_spec_ext(&spec, SW_EXT_DEST, 1);
	expect_smtp(check, &spec, SW_EXT_HEADER_LIMIT, "nine extension headers");
	spec.src = sw_cast_src(SW_PART_ALLOWED, SW_IPV6);
	expect_smtp(check, &spec, SW_EXT_HEADER_LIMIT, "nine of an allowed host");
	spec.src = sw_cast_src(SW_PART_CNC, SW_IPV6);
	expect_smtp(check, &spec, SW_CNC_SRC, "nine of a C&C host");

	spec = zombie;
	sw_spec_fragment(&spec, 0, 0, false);
	expect_smtp(check, &spec, SW_ZOMBIE_FEED, "atomic fragment");
	spec = zombie;
	spec.protocol = SW_EXT_DEST;
	spec.payload = 64;
	sw_spec_fragment(&spec, 0, 100, false);
	expect_smtp(check, &spec, SW_ZOMBIE_FRAGMENT, "later fragment, protocol not in sight");
	spec = zombie;
	spec.protocol = SW_NO_NEXT;
	expect_smtp(check, &spec, SW_CLEAN, "no next header");
	sw_check_done(check);
}

/* What the receiver refuses passes, unless C&C; padding is never read. */
static void test_malformed(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u8 family;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		__u16 length_at = family == SW_IPV4 ? 2 : 4;
		__u16 whole = family == SW_IPV4 ? 40 : 20;
		int role;

		for (role = 0; role < SW_ROLES; role++) {
			spec = sw_spec_smtp(family, sw_cast_src(SW_PART_ZOMBIE, family),
					    sw_cast_dst(SW_PART_CLEAN, family));
			sw_frame_build(&check->frame, &spec);
			sw_check_reason(check, role, SW_ZOMBIE_FEED, "sound");
			sw_frame_put16(&check->frame, check->frame.ip + length_at, whole + 1);
			sw_check_reason(check, role, SW_MALFORMED, "length beyond the frame");
			sw_frame_put16(&check->frame, check->frame.ip + length_at, whole - 1);
			sw_check_reason(check, role, SW_MALFORMED, "TCP header cut by the length");
			sw_frame_put16(&check->frame, check->frame.ip + length_at, whole);
			check->frame.data[check->frame.l4 + 12] = 0x40;
			sw_check_reason(check, role, SW_MALFORMED, "data offset below 5");
			check->frame.data[check->frame.l4 + 12] = 0x60;
			sw_check_reason(check, role, SW_MALFORMED, "data offset beyond the end");

			spec.dst = sw_cast_dst(SW_PART_CNC, family);
			sw_frame_build(&check->frame, &spec);
			check->frame.len--;
			sw_check_reason(check, role, SW_CNC_DST, "to C&C, cut short");
			check->frame.len = check->frame.ip + (family == SW_IPV4 ? 20 : 40);
			sw_check_reason(check, role, SW_CNC_DST, "to C&C, addresses only");
			check->frame.len--;
			sw_check_reason(check, role, SW_MALFORMED, "cut within the addresses");
		}
	}
	sw_check_done(check);
}

static void test_not_ip(void **state)
{
	static const __u16 ethertype[] = { 0x0806, 0x88cc, 0x8863, 0x05dc, 0x0001, 0xffff, 0x8035 };
	struct sw_check *check = begin(state);
	struct sw_spec zombie = sw_spec_smtp(SW_IPV4, sw_cast_src(SW_PART_ZOMBIE, SW_IPV4),
					     sw_cast_dst(SW_PART_CNC, SW_IPV4));
	struct sw_spec spec;
	size_t i;

	for (i = 0; i < sizeof(ethertype) / sizeof(ethertype[0]); i++) {
		spec = zombie;
		spec.ethertype = ethertype[i];
		expect_smtp(check, &spec, SW_NOT_IP, "another ethertype");
		spec.tags = 2;
		spec.tpid[0] = 0x88a8;
		spec.tpid[1] = 0x8100;
		expect_smtp(check, &spec, SW_NOT_IP, "another ethertype behind tags");
	}
	spec = zombie;
	spec.tags = 3;
	for (i = 0; i < 3; i++)
		spec.tpid[i] = 0x8100;
	expect_smtp(check, &spec, SW_NOT_IP, "three tags");
	spec = zombie;
	spec.labels = 5;
	expect_smtp(check, &spec, SW_NOT_IP, "five labels");
	spec = zombie;
	spec.pppoe = true;
	sw_frame_build(&check->frame, &spec);
	sw_frame_put16(&check->frame, check->frame.pppoe + 6, 0xc021);
	sw_check_reason(check, SW_ACCESS, SW_NOT_IP, "LCP");
	spec.short_ppp = true;
	sw_frame_build(&check->frame, &spec);
	sw_check_reason(check, SW_ACCESS, SW_CNC_DST, "a PPP protocol of one byte");
	check->frame.data[check->frame.pppoe + 6] = 0x23;
	sw_check_reason(check, SW_ACCESS, SW_NOT_IP, "another one");
	sw_check_done(check);
}

/* Of covering entries the longest counts; of equal ones the feed named first. */
static void test_attribution(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_prefix wide = { 0xc6120000, SW_IPV4, 16 }, narrow = { 0xc6120100, SW_IPV4, 24 };
	__u8 first = sw_world_feed(&check->world, SW_KIND_CNC, 9);
	__u8 second = sw_world_feed(&check->world, SW_KIND_CNC, 4);
	struct {
		__u32 src;
		__u8 feed;
	} cases[] = {
		{ 0xc6120001, 9 }, { 0xc61200ff, 9 }, { 0xc6120100, 4 }, { 0xc61201ff, 4 },
		{ 0xc6120200, 9 }, { 0xc612ffff, 9 }, { 0xc6120105, 9 },
	};
	struct sw_outcome outcome;
	struct sw_spec spec;
	size_t i;

	sw_world_list(&check->world, second, &wide);
	sw_world_list(&check->world, first, &wide);
	sw_world_list(&check->world, second, &narrow);
	sw_world_list_address(&check->world, second, SW_IPV4, 0xc6120105);
	sw_world_list_address(&check->world, first, SW_IPV4, 0xc6120105);
	sw_check_publish(check);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		spec = sw_spec_smtp(SW_IPV4, cases[i].src, 0xc6130001);
		sw_frame_build(&check->frame, &spec);
		sw_check_reason(check, SW_ACCESS, SW_CNC_SRC, "attribution");
		assert_int_equal(sw_rig_run(&check->rig, SW_ACCESS, check->frame.data,
					    check->frame.len, SW_FRAME_ALL, &outcome),
				 0);
		assert_int_equal(outcome.feed, cases[i].feed);
	}
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_of_another_builder),
		cmocka_unit_test(test_roles_by_vlan),
		cmocka_unit_test(test_smtp_by_standing),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_extension_headers),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_not_ip),
		cmocka_unit_test(test_attribution),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
