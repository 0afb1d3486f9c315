// SPDX-License-Identifier: GPL-2.0
/* Times and durations as lists write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feed/times.h"

static void reads_times(void **state)
{
	static const struct {
		const char *text;
		__u64 unix_s;
	} good[] = {
		{ "2026-11-29T10:00:00Z", 1795946400 },
		{ "2026-11-29T10:00:00.999999Z", 1795946400 },
		{ "2026-11-29 10:00:00", 1795946400 },
		{ "2026-11-29 10:00:00 UTC", 1795946400 },
		{ "2026-11-29T11:00:00+01:00", 1795946400 },
		{ "2026-11-29T04:30:00-0530", 1795946400 },
		{ "2026-11-29T10:00Z", 1795946400 },
		{ "2026-11-29", 1795910400 },
		{ "2024-02-29", 1709164800 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1795946400", 1795946400 },
		{ "1795946400123", 1795946400 },
		{ "1795946400123456", 1795946400 },
		{ "1795946400123456789", 1795946400 },
		{ "1795946400.25", 1795946400 },
		{ "1795946400.", 1795946400 },
		{ "20261129", 1795910400 },
		{ "20261129100000", 1795946400 },
		{ "2026-11-29 11:00:00+01", 1795946400 },
		{ "2026-11-29 05:30:00.5 -0430", 1795946400 },
		{ "2026-11-29 10:00:00 GMT", 1795946400 },
		{ "0", 0 },
	};
	static const char *const bad[] = {
		"",
		"soon",
		"2026-11-29T25:00:00Z",
		"2026-02-30",
		"2026-13-01",
		"2026-11-29x",
		"2026-11-29T",
		"2026-11-29T10",
		"-5",
		"1.5",
		"3600",
		"99999999",
		"20261131.5x",
		"1795946400.2.5",
		"2026-11-29T10:00:00+1",
		"2026-11-29T10:00:00+001",
		"2026-11-29T10:00:00+25:00",
		"2026-11-29T10:00:00 CET",
		"20261129T100000Z",
		"1970-01-01T00:00:00+01:00",
		"99999999999999999999",
		" 2026-11-29",
	};
	__u64 unix_s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		unix_s = 77;
		if (!sw_time_parse((struct sw_span){ good[i].text, strlen(good[i].text) },
				   &unix_s) ||
		    unix_s != good[i].unix_s)
			fail_msg("%s: %llu", good[i].text, unix_s);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (sw_time_parse((struct sw_span){ bad[i], strlen(bad[i]) }, &unix_s))
			fail_msg("%s: %llu", bad[i], unix_s);
	}
}

static void what_began_early(void **state)
{
	static const struct {
		const char *text;
		__u64 unix_s;
	} good[] = {
		{ "0001-01-01T00:00:00Z", 0 },	      { "1968-02-29", 0 },
		{ "1969-12-31T23:59:59.5+01:00", 0 }, { "2026-11-29T10:00:00Z", 1795946400 },
		{ "1795946400", 1795946400 },
	};
	static const char *const bad[] = { "0001-13-01T00:00:00Z", "0001", "0001-01", "",
					   "01/02/1969" };
	__u64 unix_s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(
			sw_time_parse_begun((struct sw_span){ good[i].text, strlen(good[i].text) },
					    &unix_s));
		assert_int_equal(unix_s, good[i].unix_s);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
			sw_time_parse_begun((struct sw_span){ bad[i], strlen(bad[i]) }, &unix_s));
	assert_false(sw_time_parse((struct sw_span){ good[0].text, 20 }, &unix_s));
}

static void reads_durations_as_go_prints_them(void **state)
{
	static const struct {
		const char *text;
		__s64 seconds;
	} good[] = {
		{ "159h4m40.776506185s", 572681 },
		{ "1h0m0s", 3600 },
		{ "-5m3s", -303 },
		{ "1.5h", 5400 },
		{ "300ms", 1 },
		{ "0s", 0 },
		{ "0", 0 },
		{ "+4h", 14400 },
		{ "1ns", 1 },
		{ "5\xc2\xb5s", 1 },
		{ "-1.5s", -1 },
		{ "7d", 604800 },
		{ "1w1d12h", 734400 },
	};
	static const char *const bad[] = {
		"",	 "1",	 "h",	   "159 hours", "1y",  "-",
		"1h-2m", "1e3s", "0x1p3s", "infs",	"1h ", "99999999999999h",
	};
	__s64 seconds;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		seconds = 77;
		if (!sw_go_duration_parse((struct sw_span){ good[i].text, strlen(good[i].text) },
					  &seconds) ||
		    seconds != good[i].seconds)
			fail_msg("%s: %lld", good[i].text, seconds);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (sw_go_duration_parse((struct sw_span){ bad[i], strlen(bad[i]) }, &seconds))
			fail_msg("%s: %lld", bad[i], seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_times),
		cmocka_unit_test(what_began_early),
		cmocka_unit_test(reads_durations_as_go_prints_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
