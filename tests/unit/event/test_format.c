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

		sw_event_text(&event, &registry, direct);
		assert_string_equal(strchr(direct, 'Z'), cases[i].tail);
		line = sw_event_line(&event, &registry);
		assert_non_null(line);
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
		cmocka_unit_test(what_is_no_event_is_refused),
		cmocka_unit_test(a_line_cannot_colour_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
