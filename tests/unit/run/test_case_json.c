// SPDX-License-Identifier: GPL-2.0
/* A case as a line, held against the same as an object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/case_json.h"

static void assert_same(const struct sw_case *found)
{
	json_t *object = sw_case_json(found);
	char *expected = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER), *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);

	assert_non_null(expected);
	assert_int_equal(sw_case_write(found, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(line[size - 1], '\n');
	line[size - 1] = '\0';
	assert_string_equal(line, expected);
	free(expected);
	free(line);
	json_decref(object);
}

static void writes_what_the_object_says(void **state)
{
	static const char *const texts[] = { "",
					     "plain",
					     "a \"quote\" and a \\",
					     "Gr\xc3\xbc\xc3\x9f"
					     "e",
					     "bad \xff byte",
					     "tab\tand\x01" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct sw_case found = {
			.id = 7,
			.state = i % SW_CASE_STATES,
			.severity = i % 3,
			.opened_ms = 1764000000123,
			.first_ms = 1763990000000,
			.last_ms = 1764000000999,
			.closed_ms = i % 2 ? 1764000001000 : 0,
			.count = ~0ULL >> 1,
			.address = "2001:db8::/64",
		};

		strcpy(found.account, texts[i]);
		strcpy(found.sentence, texts[i]);
		strcpy(found.why, texts[i]);
		assert_same(&found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_the_object_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
