// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of a bad configuration. tests/golden/config has a file for every
 * way to get it wrong: NAME.yaml, and in NAME.err the one line expected of it,
 * without the directory. What has no .err is valid.
 */
#include <errno.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/read.h"
#include "config/schema.h"

#define GOLDEN "tests/golden/config/"

static void expected_of(const char *path, char *line, size_t room)
{
	char err[256];
	FILE *f;

	snprintf(err, sizeof(err), "%.*s.err", (int)(strlen(path) - strlen(".yaml")), path);
	*line = '\0';
	f = fopen(err, "r");
	if (!f)
		return;
	assert_non_null(fgets(line, room, f));
	assert_int_equal(fgetc(f), EOF);
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
}

static void says_what_is_expected(void **state)
{
	const char *path = *state;
	struct sw_error error = { "" };
	struct sw_config *config;
	char expected[1024];
	int err;

	expected_of(path, expected, sizeof(expected));
	err = sw_config_read(path, &config, &error);
	if (!*expected) {
		assert_string_equal(error.text, "");
		assert_int_equal(err, 0);
		assert_non_null(config);
	} else {
		assert_int_equal(strncmp(error.text, GOLDEN, strlen(GOLDEN)), 0);
		assert_string_equal(error.text + strlen(GOLDEN), expected);
		assert_int_equal(err, -EINVAL);
		assert_null(config);
	}
	sw_config_free(config);
}

static struct CMUnitTest golden_test(const char *path)
{
	return (struct CMUnitTest){
		.name = path + strlen(GOLDEN),
		.test_func = says_what_is_expected,
		.initial_state = (void *)path,
	};
}

int main(void)
{
	struct CMUnitTest *tests;
	glob_t found;
	size_t i;
	int failed;

	if (glob(GOLDEN "*.yaml", 0, NULL, &found)) {
		fprintf(stderr, "no " GOLDEN "*.yaml: run from the repository's root\n");
		return 1;
	}
	tests = calloc(found.gl_pathc, sizeof(*tests));
	if (!tests)
		return 1;
	for (i = 0; i < found.gl_pathc; i++)
		tests[i] = golden_test(found.gl_pathv[i]);
	failed = _cmocka_run_group_tests("config_golden", tests, found.gl_pathc, NULL, NULL);
	free(tests);
	globfree(&found);
	return failed;
}
