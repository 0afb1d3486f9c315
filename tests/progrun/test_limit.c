// SPDX-License-Identifier: GPL-2.0
/* The limiter: what passes, to the microsecond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cast.h"
#include "check.h"

#define INTERVAL_US (2 * SW_SECOND_US)
#define BURST 3
#define WRAP_US (1ULL << SW_TICK_BITS)

#define V4(a, b, c, d) ((__u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define V6(top, mid, low) ((sw_u128)((__u64)(top) << 32 | (mid)) << 64 | (low))

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ INTERVAL_US, BURST };
	check->world.rate[SW_UPSTREAM] = (struct sw_world_rate){ INTERVAL_US / 20, 2 * BURST };
	return check;
}

static void at_us(struct sw_check *check, __u64 us)
{
	check->now_ns = us * 1000;
}

static void knock_flags(struct sw_check *check, enum sw_role role, __u8 family, sw_u128 src,
			__u8 flags, enum sw_reason reason, const char *what)
{
	struct sw_spec spec = sw_spec_smtp(family, src, sw_cast_dst(SW_PART_CLEAN, family));

	spec.flags = flags;
	sw_frame_build(&check->frame, &spec);
	sw_check_reason(check, role, reason, what);
}

static void knock4(struct sw_check *check, enum sw_role role, __u32 src, enum sw_reason reason,
		   const char *what)
{
	knock_flags(check, role, SW_IPV4, src, SW_SYN, reason, what);
}

static void knock6(struct sw_check *check, sw_u128 src, enum sw_reason reason, const char *what)
{
	knock_flags(check, SW_ACCESS, SW_IPV6, src, SW_SYN, reason, what);
}

static void spend4(struct sw_check *check, __u32 src)
{
	int i;

	for (i = 0; i < BURST; i++)
		knock4(check, SW_ACCESS, src, SW_SMTP_OK, "within the burst");
	knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "burst spent");
}

static void test_burst_then_one_per_interval(void **state)
{
	const __u32 src = V4(198, 18, 0, 1);
	struct sw_check *check = begin(state);
	__u64 start = 5 * SW_SECOND_US;
	int i;

	sw_check_publish(check);
	at_us(check, start);
	spend4(check, src);
	for (i = 1; i <= 5; i++) {
		check->now_ns = (start + i * INTERVAL_US) * 1000 - 1;
		knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "a nanosecond early");
		at_us(check, start + i * INTERVAL_US);
		knock4(check, SW_ACCESS, src, SW_SMTP_OK, "on time");
		knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "twice on time");
	}
	at_us(check, start + (5 + BURST) * INTERVAL_US);
	spend4(check, src);
	at_us(check, start + 1000 * INTERVAL_US);
	spend4(check, src);
	sw_check_done(check);
}

static void test_refusals_cost_nothing(void **state)
{
	const __u32 src = V4(198, 18, 0, 1);
	struct sw_check *check = begin(state);
	int i;

	sw_check_publish(check);
	at_us(check, SW_SECOND_US);
	spend4(check, src);
	for (i = 0; i < 100; i++)
		knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "hammering");
	at_us(check, SW_SECOND_US + INTERVAL_US);
	knock4(check, SW_ACCESS, src, SW_SMTP_OK, "on time after hammering");
	sw_check_done(check);
}

static void test_only_syn_takes_tokens(void **state)
{
	const __u32 src = V4(198, 18, 0, 1);
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	int i, flags;

	sw_check_publish(check);
	for (flags = 0; flags < 256; flags++) {
		if ((flags & (SW_SYN | SW_ACK)) == SW_SYN)
			continue;
		for (i = 0; i < 2 * BURST; i++)
			knock_flags(check, SW_ACCESS, SW_IPV4, src, flags, SW_SMTP_OK, "no SYN");
	}
	spec = sw_spec_smtp(SW_IPV4, src, V4(198, 18, 9, 9));
	spec.dport = 80;
	sw_frame_build(&check->frame, &spec);
	for (i = 0; i < 2 * BURST; i++)
		sw_check_reason(check, SW_ACCESS, SW_CLEAN, "SYN to another port");
	spend4(check, src);
	knock_flags(check, SW_ACCESS, SW_IPV4, src, SW_ACK, SW_SMTP_OK, "running session");
	knock_flags(check, SW_ACCESS, SW_IPV4, src, SW_SYN | SW_ACK, SW_SMTP_OK, "SYN with ACK");
	knock_flags(check, SW_ACCESS, SW_IPV4, src, SW_SYN | SW_FIN | SW_RST, SW_RATE_LIMIT,
		    "SYN with more flags");
	sw_check_done(check);
}

/* Whatever else a source may be, its packets cost it no tokens. */
static void test_allowed_and_zombies_take_none(void **state)
{
	static const struct {
		enum sw_cast_part part;
		enum sw_reason reason;
	} cases[] = {
		{ SW_PART_ALLOWED, SW_ALLOW },
		{ SW_PART_ALLOWED_LISTED, SW_ALLOW },
		{ SW_PART_ZOMBIE, SW_ZOMBIE_FEED },
		{ SW_PART_LIVE, SW_ZOMBIE_LIVE },
	};
	struct sw_check *check = begin(state);
	struct sw_world empty = check->world;
	__u32 src;
	size_t i;
	int n;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (n = 0; n < 2 * BURST; n++)
			knock4(check, SW_ACCESS, sw_cast_src(cases[i].part, SW_IPV4),
			       cases[i].reason, "listed source");
	}
	/* The lists go, the limiter's state stays. */
	check->world = empty;
	assert_int_equal(sw_rig_publish(&check->rig, &check->world), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		src = sw_cast_src(cases[i].part, SW_IPV4);
		spend4(check, src);
	}
	sw_check_done(check);
}

static void test_sources_and_roles_are_independent(void **state)
{
	const __u32 src = V4(198, 18, 0, 1);
	struct sw_check *check = begin(state);
	int i;

	sw_check_publish(check);
	at_us(check, SW_SECOND_US);
	spend4(check, src);
	spend4(check, src + 1);
	spend4(check, src ^ 1u << 31);
	for (i = 0; i < 2 * BURST; i++)
		knock4(check, SW_UPSTREAM, src, SW_SMTP_OK, "the other role's burst");
	knock4(check, SW_UPSTREAM, src, SW_RATE_LIMIT, "the other role's burst spent");
	at_us(check, SW_SECOND_US + INTERVAL_US / 20);
	knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "the other role's interval");
	knock4(check, SW_UPSTREAM, src, SW_SMTP_OK, "its own interval");
	sw_check_done(check);
}

static void test_ipv6_sources_by_prefix(void **state)
{
	static const __u8 lengths[] = { 32, 48, 56, 64, 72, 96, 128 };
	struct sw_check *check = begin(state);
	sw_u128 src = V6(0x20010db8, 0x12345678, 0x9abcdef012345678);
	size_t i;
	int n;

	for (i = 0; i < sizeof(lengths); i++) {
		unsigned inside = 128 - lengths[i];

		check->world.source_prefix = lengths[i];
		sw_check_publish(check);
		for (n = 0; n < BURST; n++)
			knock6(check, inside ? src ^ (sw_u128)n << (inside - 1) * (n % 2) : src,
			       SW_SMTP_OK, "one prefix, one bucket");
		knock6(check, src, SW_RATE_LIMIT, "one prefix, bucket spent");
		if (inside)
			knock6(check, src ^ (sw_u128)1 << (inside - 1), SW_RATE_LIMIT,
			       "last bit behind the prefix");
		knock6(check, src ^ (sw_u128)1 << inside, SW_SMTP_OK, "last bit of the prefix");
		knock6(check, src ^ (sw_u128)1 << 127, SW_SMTP_OK, "first bit of the prefix");
	}
	sw_check_done(check);
}

/* A first fragment with its TCP header is judged like a whole packet. */
static void test_first_fragments_count(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, V4(198, 18, 0, 1), V4(198, 18, 9, 9));
	int i;

	sw_check_publish(check);
	spec.doff = 10;
	spec.transport = 16;
	sw_spec_fragment(&spec, 0, 0, true);
	for (i = 0; i <= BURST; i++) {
		spec.seq++;
		sw_frame_build(&check->frame, &spec);
		sw_check_reason(check, SW_ACCESS, i < BURST ? SW_SMTP_OK : SW_RATE_LIMIT,
				"first fragment");
	}
	sw_check_done(check);
}

static void test_no_rate_no_limit(void **state)
{
	struct sw_check *check = begin(state);
	int i;

	check->world.rate[SW_ACCESS].interval_us = 0;
	sw_check_publish(check);
	for (i = 0; i < 1000; i++)
		knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_SMTP_OK, "no limit");
	for (i = 0; i < 2 * BURST; i++)
		knock4(check, SW_UPSTREAM, V4(198, 18, 0, 1), SW_SMTP_OK, "the other has one");
	knock4(check, SW_UPSTREAM, V4(198, 18, 0, 1), SW_RATE_LIMIT, "the other has one");
	sw_check_done(check);
}

/* The clock has 40 bits: nobody may notice when it comes round. */
static void test_clock_wrap(void **state)
{
	struct sw_check *check = begin(state);
	__u64 offset;
	int i;

	sw_check_publish(check);
	for (offset = 0; offset <= 4 * INTERVAL_US; offset += INTERVAL_US / 4) {
		__u32 src = V4(198, 18, 1, 0) + offset / (INTERVAL_US / 4);
		__u64 start = WRAP_US - 2 * INTERVAL_US + offset;

		at_us(check, start);
		spend4(check, src);
		for (i = 1; i <= 4; i++) {
			at_us(check, start + i * INTERVAL_US - 1);
			knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "early, round the wrap");
			at_us(check, start + i * INTERVAL_US);
			knock4(check, SW_ACCESS, src, SW_SMTP_OK, "on time, round the wrap");
		}
	}
	sw_check_done(check);
}

/* A source that comes back after days finds its bucket full. */
static void test_long_silence(void **state)
{
	static const __u64 days[] = { 1, 2, 5, 9 };
	struct sw_check *check = begin(state);
	__u64 now = SW_SECOND_US;
	size_t i;

	sw_check_publish(check);
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		at_us(check, now);
		spend4(check, V4(198, 18, 0, 1));
		now += days[i] * 86400 * SW_SECOND_US;
	}
	sw_check_done(check);
}

/* Tiny and huge rates, bursts of one. */
static void test_extreme_rates(void **state)
{
	static const struct sw_world_rate rates[] = {
		{ 1, 1 },
		{ 1, 1000 },
		{ 3600 * SW_SECOND_US, 1 },
		{ 3600 * SW_SECOND_US, 24 },
		{ 86400 * SW_SECOND_US, 2 },
	};
	struct sw_check *check = begin(state);
	size_t i;
	__u64 n;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		__u64 start = SW_SECOND_US;

		check->world.rate[SW_ACCESS] = rates[i];
		sw_check_publish(check);
		at_us(check, start);
		for (n = 0; n < rates[i].burst; n++)
			knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_SMTP_OK, "burst");
		knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_RATE_LIMIT, "burst spent");
		at_us(check, start + rates[i].interval_us - 1);
		knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_RATE_LIMIT, "early");
		at_us(check, start + rates[i].interval_us);
		knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_SMTP_OK, "on time");
	}
	sw_check_done(check);
}

/* Random arrivals of some sources, against the model's bucket. */
static void test_random_arrivals(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	__u64 now = WRAP_US - 200 * SW_SECOND_US;
	int i;

	srandom(1);
	sw_check_publish(check);
	for (i = 0; i < 100000; i++) {
		__u8 family = random() % 2 ? SW_IPV4 : SW_IPV6;
		sw_u128 src = sw_cast_src(random() % 8, family);

		now += random() % (random() % 4 ? 1000 : INTERVAL_US / 5);
		at_us(check, now);
		spec = sw_spec_smtp(family, src, sw_cast_dst(SW_PART_CLEAN, family));
		sw_frame_build(&check->frame, &spec);
		sw_check_frame(check, random() % SW_ROLES, "random arrival");
	}
	assert_true(check->seen[SW_SMTP_OK] > 5000);
	assert_true(check->seen[SW_RATE_LIMIT] > 5000);
	sw_check_done(check);
}

static void test_monitor_takes_tokens_too(void **state)
{
	struct sw_check *check = begin(state);

	check->world.monitor = true;
	sw_check_publish(check);
	at_us(check, SW_SECOND_US);
	spend4(check, V4(198, 18, 0, 1));
	at_us(check, SW_SECOND_US + INTERVAL_US);
	knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_SMTP_OK, "monitor, on time");
	knock4(check, SW_ACCESS, V4(198, 18, 0, 1), SW_RATE_LIMIT, "monitor, spent again");
	sw_check_done(check);
}

/* A class on trial has tokens of its own, and those of the role go on as without it. */
static void test_a_class_on_trial(void **state)
{
	const __u32 src = V4(198, 18, 0, 1);
	struct sw_check *check = begin(state);
	__u8 feed = sw_world_feed(&check->world, SW_KIND_LIMIT, 7);
	int i;

	check->world.feed[feed].monitor = true;
	check->world.feed[feed].rate = (struct sw_world_rate){ INTERVAL_US, 1 };
	sw_world_list_address(&check->world, feed, SW_IPV4, src);
	sw_world_list_address(&check->world, feed, SW_IPV6, sw_cast_src(0, SW_IPV6));
	sw_check_publish(check);
	at_us(check, SW_SECOND_US);
	knock4(check, SW_ACCESS, src, SW_SMTP_OK, "the first");
	for (i = 1; i < BURST; i++)
		knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "over what is on trial");
	knock4(check, SW_ACCESS, src, SW_RATE_LIMIT, "over the role's");
	for (i = 0; i < BURST + 1; i++)
		knock6(check, sw_cast_src(0, SW_IPV6), i ? SW_RATE_LIMIT : SW_SMTP_OK, "IPv6");
	sw_check_done(check);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_then_one_per_interval),
		cmocka_unit_test(test_refusals_cost_nothing),
		cmocka_unit_test(test_only_syn_takes_tokens),
		cmocka_unit_test(test_allowed_and_zombies_take_none),
		cmocka_unit_test(test_sources_and_roles_are_independent),
		cmocka_unit_test(test_ipv6_sources_by_prefix),
		cmocka_unit_test(test_first_fragments_count),
		cmocka_unit_test(test_no_rate_no_limit),
		cmocka_unit_test(test_clock_wrap),
		cmocka_unit_test(test_long_silence),
		cmocka_unit_test(test_extreme_rates),
		cmocka_unit_test(test_random_arrivals),
		cmocka_unit_test(test_monitor_takes_tokens_too),
		cmocka_unit_test(test_a_class_on_trial),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
