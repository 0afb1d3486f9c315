// SPDX-License-Identifier: GPL-2.0
/* CSV as it comes: quotes, line ends, comments, and what is broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed/csv.h"

/* "1[a|b] 2#[c] 3!: expected 4?": records, comments, broken ones, an open quote; by
 * their line. The last is marked $ if no newline is behind it. */
static void expect(char delimiter, const char *text, const char *expected)
{
	static const char mark[] = { [SW_CSV_COMMENT] = '#',
				     [SW_CSV_BROKEN] = '!',
				     [SW_CSV_UNCLOSED] = '?',
				     [SW_CSV_RECORD] = ' ' };
	struct sw_csv *csv = calloc(1, sizeof(*csv));
	size_t size = strlen(text), i;
	char *copy = malloc(size + 1), got[4096] = "", *at = got;
	enum sw_csv_result result;

	memcpy(copy, text, size);
	csv->rest = (struct sw_span){ copy, size };
	csv->delimiter = delimiter;
	while ((result = sw_csv_next(csv)) != SW_CSV_END) {
		at += sprintf(at, "%u%c", csv->line, mark[result]);
		for (i = 0;
		     i < csv->fields && (result == SW_CSV_RECORD || result == SW_CSV_COMMENT); i++)
			at += sprintf(at, "[%.*s]", (int)csv->field[i].size, csv->field[i].at);
		at += sprintf(at, "%s", csv->last ? "$" : "");
	}
	assert_string_equal(got, expected);
	free(copy);
	free(csv);
}

static void fields_may_hold_anything_in_quotes(void **state)
{
	(void)state;
	expect(',', "a,b,c\n", "1 [a][b][c]");
	expect(',', "a,\"b, \"\"c\"\"\",\n", "1 [a][b, \"c\"][]");
	expect(',', "\"a\nb\",c\nd\n", "1 [a\nb][c]3 [d]");
	expect(',', "\"\",\"\"\"\"\n", "1 [][\"]");
	expect(',', "a\"b,c\n", "1 [a\"b][c]");
}

static void a_quote_may_have_a_backslash_before_it(void **state)
{
	(void)state;
	expect(',', "\"a \\\"b\\\" c\",d\n", "1 [a \"b\" c][d]");
	expect(',', "\"a \\\"b\\\"\",d\n\"\\\"\"\n", "1 [a \"b\"][d]2 [\"]");
	expect(',', "\"a\\\", b\",c\n", "1 [a\", b][c]");
	expect(',', "\"a\\\",\"b\\\"\r\n\"c\\\",d,e\n", "1 [a\\][b\\]2 [c\\][d][e]");
	expect(',', "\"a\\\"\"b\",c\n", "1 [a\\\"b][c]");
	expect(',', "\"a\\\"", "1 [a\\]$");
	expect(',', "\"a\\\"b", "1?$");
}

static void blanks_and_line_ends_are_no_part_of_a_field(void **state)
{
	(void)state;
	expect(',', " a , \"b\" ,\tc \r\n\r\n d\r\n", "1 [a][b][c]3 [d]");
	expect('\t', "a\t b \t\t\"c\"\r\n", "1 [a][b][][c]");
	expect(';', "a;b,c\nd", "1 [a][b,c]2 [d]$");
	expect(',', "", "");
	expect(',', "\n \n", "");
}

static void comments_are_split_too(void **state)
{
	(void)state;
	expect(',', "## a,\"b\"\n#\n x\n#y", "1#[a][b]2#[]3 [x]4#[y]$");
}

static void what_is_broken_costs_its_line(void **state)
{
	(void)state;
	expect(',', "\"a\"b,c\nd\n", "1!2 [d]");
	expect(',', "\"a\nb\"c,d\ne\n", "1!2 [b\"c][d]3 [e]");
	expect(',', "a,\"b\nc\nd", "1?2 [c]3 [d]$");
	expect(',', "\"", "1?$");
}

static void a_record_has_an_end(void **state)
{
	char *text = malloc(3 * SW_CSV_RECORD_MAX);
	char *at = text;

	(void)state;
	at += sprintf(at, "a\n\"b");
	memset(at, 'x', 2 * SW_CSV_RECORD_MAX);
	at += 2 * SW_CSV_RECORD_MAX;
	sprintf(at, "\nc\n");
	expect(',', text, "1 [a]2!3 [c]");
	at = text;
	memset(at, ',', 200);
	sprintf(at + 200, "\nc\n");
	expect(',', text, "1!2 [c]");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_may_hold_anything_in_quotes),
		cmocka_unit_test(a_quote_may_have_a_backslash_before_it),
		cmocka_unit_test(blanks_and_line_ends_are_no_part_of_a_field),
		cmocka_unit_test(comments_are_split_too),
		cmocka_unit_test(what_is_broken_costs_its_line),
		cmocka_unit_test(a_record_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
