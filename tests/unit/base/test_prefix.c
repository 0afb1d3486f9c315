// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>

#include "base/prefix.h"

/* From an exact-size copy, so that a sanitizer sees any read behind it. */
static int parse(const char *text, size_t size, bool address_only, struct sw_prefix *out)
{
	char *copy = malloc(size);
	int err;

	memcpy(copy, text, size);
	err = (address_only ? sw_address_parse : sw_prefix_parse)(copy, size, out);
	free(copy);
	return err;
}

static void expect_same(const char *text, const char *canonical)
{
	struct sw_prefix prefix;
	char out[SW_PREFIX_TEXT];

	assert_int_equal(parse(text, strlen(text), false, &prefix), 0);
	assert_string_equal(sw_prefix_format(&prefix, out), canonical);
}

static void expect_refused(const char *text, size_t size)
{
	struct sw_prefix prefix, before;

	memset(&prefix, 0x5a, sizeof(prefix));
	before = prefix;
	if (parse(text, size, false, &prefix) != -EINVAL)
		fail_msg("\"%.*s\" was taken", (int)size, text);
	assert_memory_equal(&prefix, &before, sizeof(prefix));
}

static void reads_ipv4(void **state)
{
	struct sw_prefix prefix;

	(void)state;
	assert_int_equal(parse("192.0.2.1", 9, false, &prefix), 0);
	assert_int_equal(prefix.family, SW_IPV4);
	assert_int_equal(prefix.length, 32);
	assert_true(prefix.address == 0xc0000201);
	expect_same("0.0.0.0", "0.0.0.0");
	expect_same("255.255.255.255", "255.255.255.255");
	expect_same("0.0.0.0/0", "0.0.0.0/0");
	expect_same("192.0.2.1/32", "192.0.2.1");
	expect_same("192.0.2.77/24", "192.0.2.77/24");
}

static void reads_ipv6(void **state)
{
	struct sw_prefix prefix;

	(void)state;
	assert_int_equal(parse("2001:db8::1/64", 14, false, &prefix), 0);
	assert_int_equal(prefix.family, SW_IPV6);
	assert_int_equal(prefix.length, 64);
	assert_true(prefix.address >> 64 == 0x20010db800000000ULL);
	assert_true((__u64)prefix.address == 1);
	expect_same("2001:DB8:0:0:0:0:0:1", "2001:db8::1");
	expect_same("2001:db8::/128", "2001:db8::");
	expect_same("::/0", "::/0");
	expect_same("2001:0db8:1111:2222:3333:4444:5555:6666/127",
		    "2001:db8:1111:2222:3333:4444:5555:6666/127");
	expect_same("2001:0db8:1111:2222:3333:4444:255.255.255.255",
		    "2001:db8:1111:2222:3333:4444:ffff:ffff");
}

/* No packet has such an address: what is meant is the IPv4 one. */
static void reads_ipv4_mapped_as_ipv4(void **state)
{
	struct sw_prefix prefix;

	(void)state;
	assert_int_equal(parse("::ffff:192.0.2.1", 16, true, &prefix), 0);
	assert_int_equal(prefix.family, SW_IPV4);
	assert_int_equal(prefix.length, 32);
	assert_true(prefix.address == 0xc0000201);
	expect_same("::ffff:192.0.2.1", "192.0.2.1");
	expect_same("::FFFF:c000:201/128", "192.0.2.1");
	expect_same("0:0:0:0:0:ffff:192.0.2.77/120", "192.0.2.77/24");
	expect_same("::ffff:0:0/96", "0.0.0.0/0");
	expect_refused("::ffff:192.0.2.1/95", 19);
	expect_refused("::ffff:0:0/0", 12);
	expect_refused("::ffff:192.0.2.1/129", 20);
	expect_same("::192.0.2.1", "::192.0.2.1");
	expect_same("::fffe:0:0/95", "::fffe:0:0/95");
	expect_same("0:0:0:0:1:ffff:c000:201/96", "::1:ffff:c000:201/96");
}

static void refuses_what_is_neither(void **state)
{
	static const char *const text[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.",
		"1.2.3.4.",
		"1.2.3.4.5",
		".1.2.3.4",
		"1..2.3",
		"256.0.0.1",
		"1.2.3.256",
		"1.2.3.4567",
		"01.2.3.4",
		"1.2.3.04",
		"00.0.0.0",
		"1.2.3.4/",
		"1.2.3.4/33",
		"1.2.3.4/024",
		"1.2.3.4/-1",
		"1.2.3.4/2 ",
		" 1.2.3.4",
		"1.2.3.4 ",
		"1.2.3.4/24/24",
		"1.2.3.4//24",
		"+1.2.3.4",
		"0x1.2.3.4",
		"1.2.3.4/0x8",
		"1.2.3.4/255.255.255.0",
		"99999999999999999999.1.1.1",
		"1.2.3.4/99999999999999",
		"2001:db8::/129",
		"2001:db8::/",
		"2001:db8:::1",
		"2001:db8::1::2",
		"2001:db8",
		"2001:db8::12345",
		"[2001:db8::1]",
		"fe80::1%eth0",
		"2001:db8::g",
		":",
		"/",
		"/24",
		"1:2:3:4:5:6:7:8:9",
		"2001:0db8:1111:2222:3333:4444:5555:6666:7777:8888:9999",
		"example.net",
		"foo bar",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		expect_refused(text[i], strlen(text[i]));
	expect_refused("::1\0junk", 8);
	expect_refused("1.2.3.4\0", 8);
}

static void reads_no_byte_behind_the_size(void **state)
{
	struct sw_prefix prefix;
	char out[SW_PREFIX_TEXT];

	(void)state;
	assert_int_equal(sw_prefix_parse("192.0.2.123/24", 10, &prefix), 0);
	assert_string_equal(sw_prefix_format(&prefix, out), "192.0.2.12");
}

static void an_address_has_no_length(void **state)
{
	struct sw_prefix prefix;

	(void)state;
	assert_int_equal(parse("192.0.2.1", 9, true, &prefix), 0);
	assert_int_equal(parse("2001:db8::1", 11, true, &prefix), 0);
	assert_int_equal(parse("192.0.2.1/32", 12, true, &prefix), -EINVAL);
	assert_int_equal(parse("2001:db8::/128", 14, true, &prefix), -EINVAL);
	assert_int_equal(parse("", 0, true, &prefix), -EINVAL);
}

/* inet_pton is the judge of every string over a small alphabet. */
static void agrees_with_inet_pton(void **state)
{
	static const char alphabet[] = "0129.:a/";
	unsigned taken = 0, i, j, seed = 1;
	struct sw_prefix prefix;
	unsigned char raw[16];
	char text[24];

	(void)state;
	for (i = 0; i < 2000000; i++) {
		unsigned size = 7 + i % 9;

		for (j = 0; j < size; j++) {
			seed = seed * 1103515245 + 12345;
			text[j] = i & 1 ? "0129.."[(seed >> 16) % 6] : alphabet[(seed >> 16) % 8];
		}
		text[size] = '\0';
		if (strchr(text, '/'))
			continue;
		if ((inet_pton(AF_INET, text, raw) == 1 || inet_pton(AF_INET6, text, raw) == 1) !=
		    !sw_address_parse(text, size, &prefix))
			fail_msg("disagrees on \"%s\"", text);
		taken += !sw_address_parse(text, size, &prefix);
	}
	assert_true(taken > 1000);
}

static void clears_host_bits_and_tells(void **state)
{
	static const struct {
		const char *text, *cleared, *last;
		bool any;
	} cases[] = {
		{ "192.0.2.77/24", "192.0.2.0/24", "192.0.2.255", true },
		{ "192.0.2.0/24", "192.0.2.0/24", "192.0.2.255", false },
		{ "192.0.2.1", "192.0.2.1", "192.0.2.1", false },
		{ "1.2.3.4/0", "0.0.0.0/0", "255.255.255.255", true },
		{ "0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", false },
		{ "2001:db8::1/32", "2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		  true },
		{ "2001:db8::1/63", "2001:db8::/63", "2001:db8:0:1:ffff:ffff:ffff:ffff", true },
		{ "2001:db8::1", "2001:db8::1", "2001:db8::1", false },
		{ "::1/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true },
	};
	struct sw_prefix prefix, last;
	char out[SW_PREFIX_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(sw_prefix_parse(cases[i].text, strlen(cases[i].text), &prefix), 0);
		assert_int_equal(sw_prefix_clear_host_bits(&prefix), cases[i].any);
		assert_string_equal(sw_prefix_format(&prefix, out), cases[i].cleared);
		assert_int_equal(sw_prefix_parse(cases[i].last, strlen(cases[i].last), &last), 0);
		assert_true(sw_prefix_last(&prefix) == last.address);
	}
}

struct split {
	char text[4096];
	unsigned pieces;
	unsigned stop_after;
};

static int note_piece(void *ctx, const struct sw_prefix *prefix)
{
	struct split *split = ctx;
	char out[SW_PREFIX_TEXT];

	if (++split->pieces == split->stop_after)
		return -7;
	strcat(strcat(split->text, split->text[0] ? " " : ""), sw_prefix_format(prefix, out));
	return 0;
}

static void expect_split(const char *from, const char *to, const char *expected)
{
	struct sw_prefix first, last;
	struct split split = { 0 };

	assert_int_equal(sw_address_parse(from, strlen(from), &first), 0);
	assert_int_equal(sw_address_parse(to, strlen(to), &last), 0);
	assert_int_equal(sw_range_split(first.family, first.address, last.address, note_piece,
					&split),
			 0);
	assert_string_equal(split.text, expected);
}

static void splits_ranges(void **state)
{
	(void)state;
	expect_split("192.0.2.7", "192.0.2.7", "192.0.2.7");
	expect_split("192.0.2.0", "192.0.2.255", "192.0.2.0/24");
	expect_split("192.0.2.1", "192.0.2.9", "192.0.2.1 192.0.2.2/31 192.0.2.4/30 192.0.2.8/31");
	expect_split("0.0.0.0", "255.255.255.255", "0.0.0.0/0");
	expect_split("0.0.0.0", "0.0.0.0", "0.0.0.0");
	expect_split("255.255.255.254", "255.255.255.255", "255.255.255.254/31");
	expect_split("255.255.255.255", "255.255.255.255", "255.255.255.255");
	expect_split("2001:db8::", "2001:db8::2", "2001:db8::/127 2001:db8::2");
	expect_split("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0");
	expect_split("8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::/1");
	expect_split("192.0.2.9", "192.0.2.8", "");
}

struct cover {
	sw_u128 next;
	bool gap;
};

static int check_cover(void *ctx, const struct sw_prefix *prefix)
{
	struct sw_prefix copy = *prefix;
	struct cover *cover = ctx;

	if (prefix->address != cover->next || sw_prefix_clear_host_bits(&copy))
		cover->gap = true;
	cover->next = sw_prefix_last(prefix) + 1;
	return 0;
}

static void a_split_covers_all_and_no_more(void **state)
{
	unsigned first, last;

	(void)state;
	for (first = 0; first < 64; first++) {
		for (last = first; last < 64; last++) {
			struct cover cover = { .next = first };

			sw_range_split(SW_IPV4, first, last, check_cover, &cover);
			assert_false(cover.gap);
			assert_true(cover.next == last + 1);
		}
	}
}

static void the_hardest_range_has_two_pieces_a_bit(void **state)
{
	struct sw_prefix first, last;
	struct split split = { 0 };

	(void)state;
	sw_address_parse("0.0.0.1", 7, &first);
	sw_address_parse("255.255.255.254", 15, &last);
	sw_range_split(SW_IPV4, first.address, last.address, note_piece, &split);
	assert_int_equal(split.pieces, 62);
}

static void a_split_stops_when_told(void **state)
{
	struct split split = { .stop_after = 2 };

	(void)state;
	assert_int_equal(sw_range_split(SW_IPV4, 1, 9, note_piece, &split), -7);
	assert_int_equal(split.pieces, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ipv4),
		cmocka_unit_test(reads_ipv6),
		cmocka_unit_test(reads_ipv4_mapped_as_ipv4),
		cmocka_unit_test(refuses_what_is_neither),
		cmocka_unit_test(reads_no_byte_behind_the_size),
		cmocka_unit_test(an_address_has_no_length),
		cmocka_unit_test(agrees_with_inet_pton),
		cmocka_unit_test(clears_host_bits_and_tells),
		cmocka_unit_test(splits_ranges),
		cmocka_unit_test(a_split_covers_all_and_no_more),
		cmocka_unit_test(the_hardest_range_has_two_pieces_a_bit),
		cmocka_unit_test(a_split_stops_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
