// SPDX-License-Identifier: GPL-2.0
/* An event in both forms, and that a line of the log reads as the event did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event/format.h"
#include "kernel/live.h"

static struct sw_registry registry;

static struct sw_event event_of(__u16 dport, __u8 feed)
{
	return (struct sw_event){
		.record = { SW_RECORD_VERDICT, sizeof(struct sw_event) },
		.time_ns = sw_boottime_ns(),
		.family = SW_IPV4,
		.src = { 192, 0, 2, 1 },
		.dst = { 198, 51, 100, 7 },
		.protocol = 6,
		.sport = 40000,
		.dport = dport,
		.feed = feed,
		.interface = 1,
		.role = SW_ACCESS,
		.verdict = SW_DROP,
		.reason = SW_CNC_DST,
		.length = 60,
	};
}

static void both_ways_to_text_agree(void **state)
{
	const struct {
		__u16 dport;
		__u8 feed;
		const char *tail;
	} cases[] = {
		{ 443, 3, "Z eth1 drop cnc_dst 192.0.2.1 > 198.51.100.7 port 443 feed bad" },
		{ 0, 3, "Z eth1 drop cnc_dst 192.0.2.1 > 198.51.100.7 feed bad" },
		{ 25, 0, "Z eth1 drop cnc_dst 192.0.2.1 > 198.51.100.7 port 25" },
	};
	char direct[SW_EVENT_TEXT], logged[SW_EVENT_TEXT], *line;
	size_t i;

	(void)state;
	strcpy(registry.interface[1].name, "eth1");
	strcpy(registry.feed[3].name, "bad");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sw_event event = event_of(cases[i].dport, cases[i].feed);

		sw_event_text(&event.record, &registry, direct);
		assert_string_equal(strchr(direct, 'Z'), cases[i].tail);
		line = sw_event_line(&event.record, &registry);
		assert_non_null(line);
		assert_int_equal(sw_event_line_text(line, strlen(line), logged), 0);
		assert_string_equal(strchr(logged, 'Z'), cases[i].tail);
		free(line);
	}
}

static void who_is_listed_is_told_alike(void **state)
{
	const struct {
		__u8 origin;
		const char *tail, *json;
	} cases[] = {
		{ SW_ORIGIN_DETECTED,
		  "Z 192.0.2.1 listed, servers: 6 tried, 0 of 6 answered "
		  "(lift it: spamweir zombie del 192.0.2.1)",
		  "\"event\":\"listed\",\"prefix\":\"192.0.2.1\",\"family\":4,"
		  "\"origin\":\"detected\",\"why\":\"servers: 6 tried, 0 of 6 answered\"" },
		{ SW_ORIGIN_SLOWED,
		  "Z 192.0.2.1 slowed, servers: 6 tried, 0 of 6 answered "
		  "(lift it: spamweir zombie del 192.0.2.1)",
		  "\"event\":\"slowed\",\"prefix\":\"192.0.2.1\",\"family\":4,"
		  "\"origin\":\"slowed\",\"why\":\"servers: 6 tried, 0 of 6 answered\"" },
	};
	const struct sw_prefix address = { .family = SW_IPV4, .length = 32, .address = 0xc0000201 };
	struct sw_event_listed event = {
		.record = { SW_RECORD_LISTED, sizeof(event) },
		.key = sw_live_key(&address, 64),
		.entry = { .since_ns = sw_boottime_ns(),
			   .until_ns = sw_boottime_ns() + 3600 * 1000000000ULL,
			   .length = 128,
			   .why = "servers: 6 tried, 0 of 6 answered" },
	};
	char direct[SW_EVENT_TEXT], logged[SW_EVENT_TEXT], *line;
	size_t i;

	(void)state;
	assert_int_equal(sw_event_feed(&event.record), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		event.entry.origin = cases[i].origin;
		sw_event_text(&event.record, &registry, direct);
		assert_string_equal(strchr(direct, 'Z'), cases[i].tail);
		line = sw_event_line(&event.record, &registry);
		assert_non_null(strstr(line, cases[i].json));
		assert_int_equal(sw_event_line_text(line, strlen(line), logged), 0);
		assert_string_equal(strchr(logged, 'Z'), cases[i].tail);
		free(line);
	}
}

static void what_is_no_event_is_refused(void **state)
{
	static const char *const lines[] = {
		"", "x", "[]", "{}", "{\"time\":1}", "{\"time\":\"x\""
	};
	char text[SW_EVENT_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(sw_event_line_text(lines[i], strlen(lines[i]), text), -EINVAL);
}

static void a_line_cannot_colour_the_terminal(void **state)
{
	static const char line[] =
		"{\"time\":\"t\",\"interface\":\"\\u001b[31m\",\"verdict\":\"v\","
		"\"reason\":\"\\u009b\",\"src\":\"s\",\"dst\":\"d\"}";
	char text[SW_EVENT_TEXT];

	(void)state;
	assert_int_equal(sw_event_line_text(line, strlen(line), text), 0);
	assert_string_equal(text, "t \\x1b[31m v \\xc2\\x9b s > d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_to_text_agree),
		cmocka_unit_test(who_is_listed_is_told_alike),
		cmocka_unit_test(what_is_no_event_is_refused),
		cmocka_unit_test(a_line_cannot_colour_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
