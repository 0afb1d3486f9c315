// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/duration.h"
#include "base/span.h"
#include "config/schema.h"

#define NS_PER_S 1000000000ULL

static void assert_duration(const char *text, __u64 expected)
{
	__u64 ns = 0;

	if (sw_duration_parse(text, &ns))
		fail_msg("\"%s\" was refused", text);
	assert_int_equal(ns, expected);
}

static void assert_refused(const char *text)
{
	__u64 ns = 42;

	if (sw_duration_parse(text, &ns) != -EINVAL)
		fail_msg("\"%s\" was taken for %llu ns", text, ns);
	assert_int_equal(ns, 42);
}

static void reads_units(void **state)
{
	(void)state;
	assert_duration("500ms", NS_PER_S / 2);
	assert_duration("15s", 15 * NS_PER_S);
	assert_duration("90m", 5400 * NS_PER_S);
	assert_duration("1h", 3600 * NS_PER_S);
	assert_duration("2d", 172800 * NS_PER_S);
	assert_duration("0s", 0);
}

static void reads_sums(void **state)
{
	(void)state;
	assert_duration("1h30m", 5400 * NS_PER_S);
	assert_duration("2d12h", 216000 * NS_PER_S);
	assert_duration("1d1h1m1s1ms", 90061 * NS_PER_S + 1000000);
	assert_duration("1m500ms", 60 * NS_PER_S + NS_PER_S / 2);
}

static void refuses_what_is_none(void **state)
{
	static const char *const texts[] = {
		"",	"15",	 "s",	 "-1s",	 "+1s", "1.5h", "1 s", " 1s", "1s ",
		"1h30", "30m1h", "1h1h", "1sec", "1M",	"1w",	"1us", "1h,", "0x1s",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i]);
}

/* 64 bits of nanoseconds end after 213503 days. */
static void refuses_overflow(void **state)
{
	(void)state;
	assert_duration("213503d", 213503ULL * 86400 * NS_PER_S);
	assert_refused("213504d");
	assert_refused("213503d24h");
	assert_refused("18446744073709551616ms");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_units),
		cmocka_unit_test(reads_sums),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(refuses_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
