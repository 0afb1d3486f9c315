// SPDX-License-Identifier: GPL-2.0
/* Numbers as people take them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

struct said {
	__u64 number;
	const char *text;
};

static void counts_have_three_digits(void **state)
{
	static const struct said said[] = {
		{ 0, "0" },	      { 999, "999" },
		{ 9999, "9999" },     { 10000, "10.0k" },
		{ 99999, "99.9k" },   { 100000, "100k" },
		{ 999999, "999k" },   { 1000000, "1.00M" },
		{ 1048576, "1.04M" }, { 12345678901ULL, "12.3G" },
		{ ~0ULL, "18.4E" },
	};
	char text[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		assert_string_equal(sw_format_count(said[i].number, text, sizeof(text)),
				    said[i].text);
}

static void bytes_have_their_unit(void **state)
{
	static const struct said said[] = {
		{ 0, "0 B" },
		{ 1023, "1023 B" },
		{ 1024, "1.00 KiB" },
		{ 1535, "1.49 KiB" },
		{ 1023 * 1024, "1023 KiB" },
		{ 105 << 20, "105 MiB" },
		{ 3ULL << 39, "1.50 TiB" },
		{ ~0ULL, "15.9 EiB" },
	};
	char text[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		assert_string_equal(sw_format_bytes(said[i].number, text, sizeof(text)),
				    said[i].text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_have_three_digits),
		cmocka_unit_test(bytes_have_their_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
