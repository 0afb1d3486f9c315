// SPDX-License-Identifier: GPL-2.0
/* Bounces to destinations that brake them. The model knows what goes on in their place;
 * here are the cases by name, and that checksums stay right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cast.h"
#include "check.h"
#include "reply.h"

#define MS 1000000ULL
#define MINUTE_MS 60000

static const sw_u128 sources[] = {
	[SW_IPV4] = 0xc6120001,
	[SW_IPV6] = (sw_u128)0x20010db8 << 96 | 1,
};

static const sw_u128 gateways[] = {
	[SW_IPV4] = 0xc6130019,
	[SW_IPV6] = (sw_u128)0x20010db8 << 96 | (sw_u128)0x25 << 64,
};

static __u8 add_gateways(struct sw_world *world, __u8 slot)
{
	__u8 feed = sw_world_feed(world, SW_KIND_PROTECT, slot);

	world->feed[feed].unlimited = true;
	world->feed[feed].brakes = true;
	sw_world_list_address(world, feed, SW_IPV4, gateways[SW_IPV4]);
	sw_world_list_address(world, feed, SW_IPV6, gateways[SW_IPV6]);
	return feed;
}

/* `per_minute` 0: it takes none. */
static struct sw_check *begin(void **state, __u64 per_minute, __u64 burst)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_world_feed *feed = &check->world.feed[add_gateways(&check->world, 40)];

	if (per_minute)
		feed->bounces = (struct sw_world_rate){ 60 * SW_SECOND_US / per_minute, burst };
	else
		feed->no_bounces = true;
	sw_check_publish(check);
	return check;
}

static struct sw_spec segment(__u8 family, const char *says)
{
	struct sw_spec spec = sw_spec_smtp(family, sources[family], gateways[family]);

	spec.flags = SW_ACK | 0x08; /* PSH */
	spec.says = says;
	return spec;
}

static void send_at(struct sw_check *check, const struct sw_spec *spec, __u64 now_ms,
		    enum sw_reason reason, const char *what)
{
	sw_frame_build(&check->frame, spec);
	check->now_ns = now_ms * MS;
	sw_check_reason(check, SW_UPSTREAM, reason, what);
}

static void send(struct sw_check *check, const struct sw_spec *spec, enum sw_reason reason,
		 const char *what)
{
	send_at(check, spec, 1000000, reason, what);
}

static void test_what_a_bounce_begins_with(void **state)
{
	static const struct {
		const char *says;
		enum sw_reason reason;
	} cases[] = {
		{ "MAIL FROM:<>\r\n", SW_BOUNCE },
		{ "mail from:<>\r\n", SW_BOUNCE },
		{ "MaIl fRoM:<> SIZE=4711 RET=HDRS\r\n", SW_BOUNCE },
		{ "MAIL FROM: <>\r\n", SW_BOUNCE },
		{ "MAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n", SW_BOUNCE },
		{ "MAIL FROM:<>", SW_BOUNCE },
		{ "MAIL FROM: <>", SW_BOUNCE },
		{ "MAIL FROM:<", SW_SMTP_OK },
		{ "MAIL FROM: <", SW_SMTP_OK },
		{ "MAIL FROM:", SW_SMTP_OK },
		{ "M", SW_SMTP_OK },
		{ "", SW_SMTP_OK },
		{ "MAIL FROM:  <>\r\n", SW_SMTP_OK },
		{ "MAIL FROM:<a@example.com>\r\n", SW_SMTP_OK },
		{ "MAIL FROM:< >\r\n", SW_SMTP_OK },
		{ "MAIL FROM;<>\r\n", SW_SMTP_OK },
		{ "MAIL\tFROM:<>\r\n", SW_SMTP_OK },
		{ "MAIL\x1b"
		  "FROM:<>\r\n",
		  SW_SMTP_OK },
		{ "NAIL FROM:<>\r\n", SW_SMTP_OK },
		{ "MAIL FROM\x1a<>\r\n", SW_SMTP_OK },
		{ "RSET\r\nMAIL FROM:<>\r\n", SW_SMTP_OK },
		{ "EHLO MAIL FROM:<>\r\n", SW_SMTP_OK },
	};
	struct sw_check *check = begin(state, 0, 0);
	size_t i;
	__u8 family;

	check->split = true;
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct sw_spec spec = segment(family, cases[i].says);

			send(check, &spec, cases[i].reason, cases[i].says);
			spec.doff = 8; /* timestamps */
			send(check, &spec, cases[i].reason, cases[i].says);
			spec.doff = 15;
			send(check, &spec, cases[i].reason, cases[i].says);
		}
	}
	sw_check_done(check);
}

/* Whatever stands around it. */
static void test_every_link(void **state)
{
	struct sw_check *check = begin(state, 0, 0);
	struct sw_spec spec;
	__u8 family, way;

	check->split = true;
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (way = 0; way < 6; way++) {
			spec = segment(family, "MAIL FROM:<>\r\n");
			spec.tags = way & 3 & ~(way >> 2);
			spec.tpid[0] = spec.tags > 1 ? 0x88a8 : 0x8100;
			spec.tpid[1] = 0x8100;
			spec.pppoe = way == 4;
			spec.labels = way == 5 ? 4 : 0;
			spec.tags = spec.tags > 2 ? 2 : spec.tags;
			spec.padding = way;
			spec.payload = way * 200;
			send(check, &spec, SW_BOUNCE, "bounce");
		}
	}
	sw_check_done(check);
}

/* What is not looked into, passes. */
static void test_what_is_left_alone(void **state)
{
	struct sw_check *check = begin(state, 0, 0);
	struct sw_spec spec;
	__u8 family;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		spec = segment(family, "MAIL FROM:<>\r\n");
		spec.flags = SW_SYN;
		send(check, &spec, SW_SMTP_OK, "SYN");
		spec.flags = SW_SYN | SW_ACK;
		send(check, &spec, SW_SMTP_OK, "SYN and ACK");
		spec.flags = SW_RST | SW_ACK;
		send(check, &spec, SW_SMTP_OK, "RST");
		spec.flags = 0x08;
		send(check, &spec, SW_SMTP_OK, "no ACK");
		spec.flags = SW_FIN | SW_ACK;
		send(check, &spec, SW_BOUNCE, "the last");
		spec = segment(family, "MAIL FROM:<>\r\n");
		spec.dport = 587;
		send(check, &spec, SW_CLEAN, "submission");
		spec = segment(family, "MAIL FROM:<>\r\n");
		spec.sport = 25;
		spec.dport = 40000;
		send(check, &spec, SW_CLEAN, "from the gateway's port");
		spec = segment(family, "MAIL FROM:<>\r\n");
		spec.dst++;
		send(check, &spec, SW_SMTP_OK, "to somebody else");
		spec = segment(family, "MAIL FROM:<>\r\n");
		sw_spec_fragment(&spec, 0, 0, true);
		send(check, &spec, SW_SMTP_OK, "a first fragment");
		spec = segment(family, "MAIL FROM:<>\r\n");
		if (family == SW_IPV4)
			spec.option_words = 1;
		else
			sw_spec_ext(&spec, SW_EXT_DEST, 1);
		send(check, &spec, SW_SMTP_OK, "options, or an extension header");
	}
	sw_check_done(check);
}

/* All who send to a gateway share its bucket; a gateway shares it with no other, and
 * bounces share nothing with connections. */
static void test_the_rate_is_the_destinations(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_world *world = &check->world;
	struct sw_world_feed *feed = &world->feed[add_gateways(world, 40)];
	struct sw_spec spec;
	__u8 family;
	int i;

	feed->unlimited = false;
	feed->rate = (struct sw_world_rate){ 60 * SW_SECOND_US, 2 };
	feed->bounces = (struct sw_world_rate){ 60 * SW_SECOND_US, 3 };
	sw_check_publish(check);
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (i = 0; i < 5; i++) {
			spec = segment(family, "MAIL FROM:<>\r\n");
			spec.src += i;
			send(check, &spec, i < 3 ? SW_SMTP_OK : SW_BOUNCE, "bounce");
		}
		for (i = 0; i < 3; i++) {
			spec = sw_spec_smtp(family, sources[family], gateways[family]);
			send(check, &spec, i < 2 ? SW_SMTP_OK : SW_PROTECT_LIMIT, "connection");
		}
		spec = segment(family, "MAIL FROM:<a@example.com>\r\n");
		send(check, &spec, SW_SMTP_OK, "no bounce");
		spec = segment(family, "MAIL FROM:<>\r\n");
		send_at(check, &spec, 1000000 + MINUTE_MS, SW_SMTP_OK, "a minute later");
		spec = segment(family, "MAIL FROM:<>\r\n");
		send_at(check, &spec, 1000000 + MINUTE_MS, SW_BOUNCE, "another");
	}
	sw_check_done(check);
}

/* A reset is not answered, an acknowledgement of no connection is: they take turns. */
static void test_what_is_sent_again(void **state)
{
	struct sw_check *check = begin(state, 1, 1);
	struct sw_spec spec = segment(SW_IPV4, "MAIL FROM:<>\r\n"), other;
	int i;

	send(check, &spec, SW_SMTP_OK, "first");
	spec.seq++;
	for (i = 0; i < 6; i++) {
		send_at(check, &spec, 1000000 + i * 100 * 1000, SW_BOUNCE, "the same");
		/* Where flags are: 20 bytes of IP, 13 of TCP. */
		assert_int_equal(check->rig.out[14 + 20 + 13], i % 2 ? SW_ACK : SW_ACK | SW_RST);
	}
	other = spec;
	other.seq++;
	send_at(check, &other, 1000000 + 500 * 1000, SW_SMTP_OK, "took the token");
	send_at(check, &spec, 1000000 + 620 * 1000, SW_BOUNCE, "just within two minutes");
	send_at(check, &spec, 1000000 + 740 * 1000 + 1, SW_SMTP_OK, "forgotten: takes a token");
	sw_check_done(check);
}

static void test_who_is_exempt(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_world *world = &check->world;
	struct sw_spec spec;
	__u8 family, feed, allow;

	feed = add_gateways(world, 40);
	world->feed[feed].no_bounces = true;
	allow = sw_world_feed(world, SW_KIND_ALLOW, 41);
	world->feed[allow].to = SW_TO_NOTHING;
	for (family = SW_IPV4; family <= SW_IPV6; family++)
		sw_world_list_address(world, allow, family, sources[family]);
	sw_check_publish(check);
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		spec = segment(family, "MAIL FROM:<>\r\n");
		send(check, &spec, SW_ALLOW, "an allowed source");
		spec.src ^= 2;
		spec.src += (sw_u128)1 << (family == SW_IPV4 ? 8 : 64);
		send(check, &spec, SW_BOUNCE, "another source");
	}
	sw_check_done(check);
}

static void test_monitor_mode_sends_it_on_as_it_is(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct sw_world *world = &check->world;
	struct sw_spec spec = segment(SW_IPV4, "MAIL FROM:<>\r\n");
	__u8 feed = add_gateways(world, 40);

	world->feed[feed].no_bounces = true;
	world->feed[feed].monitor = true;
	sw_check_publish(check);
	send(check, &spec, SW_BOUNCE, "a feed that monitors");
	assert_memory_equal(check->rig.out, check->frame.data, check->frame.len);
	world->feed[feed].monitor = false;
	world->monitor = true;
	sw_check_publish(check);
	send(check, &spec, SW_BOUNCE, "mode: monitor");
	assert_memory_equal(check->rig.out, check->frame.data, check->frame.len);
	sw_check_done(check);
}

static void complete(struct sw_frame *frame, __u8 family)
{
	sw_frame_put16(frame, frame->l4 + 16, 0);
	sw_frame_put16(frame, frame->l4 + 16, 0xffff - sw_reply_sum_tcp(frame->data, frame->len));
	if (family == SW_IPV4)
		sw_frame_put16(frame, frame->ip + 10,
			       0xffff - sw_reply_sum_ip(frame->data, frame->len));
}

static void test_checksums_stay_right(void **state)
{
	struct sw_check *check = begin(state, 0, 0);
	struct sw_spec spec;
	__u8 family;
	int i;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (i = 0; i < 500; i++) {
			spec = segment(family, "MAIL FROM:<>\r\n");
			spec.src += i * 7919;
			spec.payload = i;
			spec.doff = 5 + i % 11;
			sw_frame_build(&check->frame, &spec);
			complete(&check->frame, family);
			assert_int_equal(sw_reply_sum_tcp(check->frame.data, check->frame.len),
					 0xffff);
			sw_check_reason(check, SW_UPSTREAM, SW_BOUNCE, "bounce");
			assert_int_equal(sw_reply_sum_tcp(check->rig.out, check->frame.len),
					 0xffff);
			if (family == SW_IPV4)
				assert_int_equal(sw_reply_sum_ip(check->rig.out, check->frame.len),
						 0xffff);
		}
	}
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_bounce_begins_with),
		cmocka_unit_test(test_every_link),
		cmocka_unit_test(test_what_is_left_alone),
		cmocka_unit_test(test_the_rate_is_the_destinations),
		cmocka_unit_test(test_what_is_sent_again),
		cmocka_unit_test(test_who_is_exempt),
		cmocka_unit_test(test_monitor_mode_sends_it_on_as_it_is),
		cmocka_unit_test(test_checksums_stay_right),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
