// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/text.h"

static void fail_sets_the_line_and_returns_the_code(void **state)
{
	struct sw_error error;

	(void)state;
	assert_int_equal(sw_fail(&error, -22, "%s:%d: bad", "file", 7), -22);
	assert_string_equal(error.text, "file:7: bad");
	assert_int_equal(sw_fail(NULL, -2, "nobody listens"), -2);
}

static void fail_cuts_what_does_not_fit(void **state)
{
	struct sw_error error;

	(void)state;
	sw_fail(&error, -22, "%02000d", 0);
	assert_int_equal(strlen(error.text), sizeof(error.text) - 1);
}

static void expect_quote(const char *text, size_t size, size_t room, const char *expected)
{
	char *out = malloc(room);

	assert_ptr_equal(sw_quote(out, room, text, size), out);
	assert_string_equal(out, expected);
	free(out);
}

static void quote_shows_unprintable_bytes_as_hex(void **state)
{
	(void)state;
	expect_quote("192.0.2.1", 9, 80, "192.0.2.1");
	expect_quote("a\x1b[2J\0\xff\n", 8, 80, "a\\x1b[2J\\x00\\xff\\x0a");
	expect_quote(NULL, 0, 80, "");
}

static void quote_marks_what_it_leaves_out(void **state)
{
	(void)state;
	expect_quote("abcdefgh", 8, 9, "abcdefgh");
	expect_quote("abcdefghi", 9, 9, "abcde...");
	expect_quote("\x01\x02\x03", 3, 9, "\\x01...");
	expect_quote("\x01\x02", 2, 9, "\\x01\\x02");
	expect_quote("abcdef", 6, 4, "...");
	expect_quote("abcdef", 6, 3, "..");
	expect_quote("abcdef", 6, 1, "");
}

static void expect_printable(const char *text, size_t room, const char *expected)
{
	char *out = malloc(room); /* so that a sanitizer sees its end */

	assert_ptr_equal(sw_printable(out, room, text), out);
	assert_string_equal(out, expected);
	if (room > strlen(text))
		assert_int_equal(sw_is_printable(text), !strcmp(text, expected));
	free(out);
}

static void printable_text_keeps_its_letters(void **state)
{
	(void)state;
	expect_printable("gr\u00f6\u00dfe \u20ac \U0001f600", 80,
			 "gr\u00f6\u00dfe \u20ac \U0001f600");
	expect_printable("a\x1b[31m\n\x7f", 80, "a\\x1b[31m\\x0a\\x7f");
	expect_printable("\xc2\x85\xc2\23331m\u00a0", 80, "\\xc2\\x85\\xc2\\x9b31m\u00a0");
	expect_printable("\23331m\xff", 80, "\\x9b31m\\xff");
	expect_printable("\xc3", 80, "\\xc3"); /* cut short, as is the next */
	expect_printable("\xf0\x9f\x98", 80, "\\xf0\\x9f\\x98");
	expect_printable("\xed\xa0\x80\xe0\x80\xaf", 80, /* what no UTF-8 may have */
			 "\\xed\\xa0\\x80\\xe0\\x80\\xaf");
	expect_printable("\xf4\x90\x80\x80", 80, "\\xf4\\x90\\x80\\x80");
	expect_printable("\u20ac\u20ac\u20ac", 9, "\u20ac...");
	expect_printable("\u20ac\u20ac\u20ac", 10, "\u20ac\u20ac\u20ac");
}

static void the_word_that_was_meant(void **state)
{
	static const char *const words[] = { "status", "metrics", "run",
					     "a-word-of-more-than-thirty-one-bytes" };

	(void)state;
	assert_string_equal(sw_word_nearest("statsu", words, 4), "status");
	assert_string_equal(sw_word_nearest("mtrcs", words, 4), "metrics");
	assert_string_equal(sw_word_nearest("rn", words, 4), "run");
	assert_null(sw_word_nearest("rx", words, 4));
	assert_null(sw_word_nearest("", words, 4));
	assert_null(sw_word_nearest("a-word-of-more-than-thirty-one-byte", words, 4));
	assert_null(sw_word_nearest("status", NULL, 0));
}

static void notes_and_warnings_go_to_stderr(void **state)
{
	FILE *real = stderr;
	size_t size;
	char *text;

	(void)state;
	stderr = open_memstream(&text, &size);
	sw_warn("%s is odd", "it");
	sw_note("all is well");
	sw_note("%s: no such file", "\x1b[31m\n");
	fclose(stderr);
	stderr = real;
	assert_string_equal(text, "spamweir: warning: it is odd\nspamweir: all is well\n"
				  "spamweir: \\x1b[31m\\x0a: no such file\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail_sets_the_line_and_returns_the_code),
		cmocka_unit_test(fail_cuts_what_does_not_fit),
		cmocka_unit_test(quote_shows_unprintable_bytes_as_hex),
		cmocka_unit_test(quote_marks_what_it_leaves_out),
		cmocka_unit_test(printable_text_keeps_its_letters),
		cmocka_unit_test(the_word_that_was_meant),
		cmocka_unit_test(notes_and_warnings_go_to_stderr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
