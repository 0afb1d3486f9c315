// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "route/list.h"
#include "route/message.h"

/* A message that is made by hand, byte by byte as rtnetlink(7) has it. */
struct made {
	struct nlmsghdr header;
	struct rtmsg route;
	unsigned char rest[256];
};

static struct made begin(__u8 family, __u8 length, __u8 type)
{
	struct made made = {
		.header = { .nlmsg_type = RTM_NEWROUTE,
			    .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)) },
		.route = { .rtm_family = family,
			   .rtm_dst_len = length,
			   .rtm_type = type,
			   .rtm_protocol = RTPROT_BIRD },
	};

	return made;
}

static void put(struct made *made, __u16 type, const void *data, __u16 size)
{
	struct rtattr attribute = { .rta_len = RTA_LENGTH(size), .rta_type = type };
	char *at = (char *)made + NLMSG_ALIGN(made->header.nlmsg_len);

	memcpy(at, &attribute, sizeof(attribute));
	memcpy(at + sizeof(attribute), data, size);
	made->header.nlmsg_len = NLMSG_ALIGN(made->header.nlmsg_len) + RTA_ALIGN(attribute.rta_len);
}

static void put_number(struct made *made, __u16 type, __u32 number)
{
	put(made, type, &number, sizeof(number));
}

static void assert_route(const struct made *made, const char *prefix)
{
	char text[SW_PREFIX_TEXT];
	struct sw_route route;

	assert_int_equal(sw_route_read(&made->header, &route), 0);
	assert_string_equal(sw_prefix_format(&route.prefix, text), prefix);
}

static void test_both_families(void **state)
{
	static const __u8 v6[16] = { 0x20, 1, 0x0d, 0xb8, 0, 7 };
	struct made made = begin(AF_INET, 24, RTN_BLACKHOLE);
	struct sw_route route;

	(void)state;
	put(&made, RTA_DST, "\xc0\x00\x02\x00", 4);
	put_number(&made, RTA_TABLE, 666000);
	put_number(&made, RTA_PRIORITY, 32);
	assert_route(&made, "192.0.2.0/24");
	assert_int_equal(sw_route_read(&made.header, &route), 0);
	assert_int_equal(route.table, 666000);
	assert_int_equal(route.metric, 32);
	assert_int_equal(route.protocol, RTPROT_BIRD);
	assert_int_equal(route.type, RTN_BLACKHOLE);
	made = begin(AF_INET6, 64, RTN_UNREACHABLE);
	put(&made, RTA_DST, v6, 16);
	assert_route(&made, "2001:db8:7::/64");
	made.header.nlmsg_type = RTM_DELROUTE;
	assert_route(&made, "2001:db8:7::/64");
}

/* The default route has no RTA_DST; a table below 256 may have no RTA_TABLE. */
static void test_what_is_left_out(void **state)
{
	struct made made = begin(AF_INET, 0, RTN_UNICAST);
	struct sw_route route;

	(void)state;
	made.route.rtm_table = 66;
	assert_route(&made, "0.0.0.0/0");
	assert_int_equal(sw_route_read(&made.header, &route), 0);
	assert_int_equal(route.table, 66);
}

static void assert_passed_over(const struct made *made)
{
	struct sw_route route;

	assert_int_equal(sw_route_read(&made->header, &route), -ENOENT);
}

static void test_others(void **state)
{
	struct made made = begin(AF_INET, 32, RTN_UNICAST);

	(void)state;
	made.header.nlmsg_type = RTM_NEWLINK;
	assert_passed_over(&made);
	made = begin(AF_BRIDGE, 32, RTN_UNICAST);
	assert_passed_over(&made);
	made = begin(AF_INET6, 128, RTN_UNICAST);
	made.route.rtm_flags = RTM_F_CLONED;
	assert_passed_over(&made);
	made = begin(AF_INET6, 64, RTN_UNICAST);
	made.route.rtm_src_len = 64;
	assert_passed_over(&made);
	made = begin(AF_INET, 32, RTN_UNICAST);
	made.route.rtm_tos = 8;
	assert_passed_over(&made);
}

static void assert_bad(const struct made *made)
{
	struct sw_route route;

	assert_int_equal(sw_route_read(&made->header, &route), -EBADMSG);
}

static void test_not_made_by_a_kernel(void **state)
{
	struct made made = begin(AF_INET, 33, RTN_UNICAST);
	struct rtattr *attribute;

	(void)state;
	assert_bad(&made);
	made = begin(AF_INET6, 129, RTN_UNICAST);
	assert_bad(&made);
	made = begin(AF_INET, 24, RTN_UNICAST);
	put(&made, RTA_DST, "\xc0\x00\x02", 3);
	assert_bad(&made);
	made = begin(AF_INET6, 24, RTN_UNICAST);
	put(&made, RTA_DST, "\xc0\x00\x02\x00", 4);
	assert_bad(&made);
	made = begin(AF_INET, 24, RTN_UNICAST);
	put(&made, RTA_TABLE, "\x01", 1);
	assert_bad(&made);
	made = begin(AF_INET, 24, RTN_UNICAST);
	put(&made, RTA_DST, "\xc0\x00\x02\x00", 4);
	attribute = (void *)made.rest;
	attribute->rta_len = 200; /* beyond the message */
	assert_bad(&made);
	attribute->rta_len = 3; /* less than its own header */
	assert_bad(&made);
	made = begin(AF_INET, 24, RTN_UNICAST);
	made.header.nlmsg_len -= 4; /* cut within rtmsg */
	assert_bad(&made);
	made.header.nlmsg_len = sizeof(struct nlmsghdr);
	assert_bad(&made);
}

/* No byte behind the message is read, wherever it is cut. */
static void test_every_cut(void **state)
{
	struct made made = begin(AF_INET, 32, RTN_BLACKHOLE);
	struct sw_route route;
	__u32 size;

	(void)state;
	put(&made, RTA_DST, "\xc0\x00\x02\x07", 4);
	put_number(&made, RTA_TABLE, 666);
	for (size = sizeof(struct nlmsghdr); size < made.header.nlmsg_len; size++) {
		struct nlmsghdr *cut = malloc(size);

		memcpy(cut, &made, size);
		cut->nlmsg_len = size;
		sw_route_read(cut, &route);
		free(cut);
	}
}

/* Of 2^31 bytes and more, in a few. */
static void test_a_length_that_is_none(void **state)
{
	struct made made = begin(AF_INET, 32, RTN_BLACKHOLE);

	(void)state;
	assert_true(sw_route_message_ok(&made.header, sizeof(made)));
	made.header.nlmsg_len = 0x80000040;
	assert_false(sw_route_message_ok(&made.header, sizeof(made)));
	made.header.nlmsg_len = sizeof(made) + 1;
	assert_false(sw_route_message_ok(&made.header, sizeof(made)));
}

static struct sw_route route(__u32 address, __u8 type, __u32 metric)
{
	return (struct sw_route){
		.prefix = { .address = address, .family = SW_IPV4, .length = 32 },
		.type = type,
		.metric = metric,
		.protocol = 12,
	};
}

static void test_list(void **state)
{
	const struct sw_route added[] = {
		route(0xc0000209, RTN_UNICAST, 0),     route(0xc0000202, RTN_THROW, 0),
		route(0xc0000201, RTN_BLACKHOLE, 10),  route(0xc0000201, RTN_UNICAST, 5),
		route(0xc0000203, RTN_UNREACHABLE, 0), route(0xc0000202, RTN_PROHIBIT, 9),
		route(0xc0000204, RTN_LOCAL, 0),
	};
	struct sw_routes routes = {};
	size_t size, entries, i;
	char *text;

	(void)state;
	for (i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		assert_int_equal(sw_routes_add(&routes, &added[i]), 0);
	sw_routes_sort(&routes);
	routes.route[0].protocol = 186;
	routes.route[4].protocol = 4;
	assert_int_equal(sw_route_list_text(&routes, &text, &size, &entries), 0);
	assert_int_equal(entries, 4);
	assert_string_equal(strchr(text, '\n') + 1, "192.0.2.1 # unicast, protocol 186\n"
						    "192.0.2.2 # prohibit, protocol 12\n"
						    "192.0.2.3 # unreachable, protocol 4\n"
						    "192.0.2.9 # unicast, protocol 12\n");
	assert_int_equal(size, strlen(text));
	free(text);
	sw_routes_free(&routes);
	assert_int_equal(sw_route_list_text(&routes, &text, &size, &entries), 0);
	assert_int_equal(entries, 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_families),
		cmocka_unit_test(test_what_is_left_out),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_not_made_by_a_kernel),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_a_length_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
