// SPDX-License-Identifier: GPL-2.0
/* Which files are no configuration at all; test_config_golden.c has the rest. */
#include <errno.h>
#include <sys/stat.h>

#include "config/read.h"
#include "config/schema.h"
#include "config_file.h"

static void assert_refused(const char *path, int code, const char *expected)
{
	struct sw_config *config = (void *)-1;
	struct sw_error error = { "" };
	size_t skip = strlen(scratch_directory) + 1;

	assert_int_equal(sw_config_read(path, &config, &error), code);
	assert_null(config);
	assert_int_equal(strncmp(error.text, path, strlen(path)), 0);
	assert_string_equal(error.text + skip, expected);
}

static void refuses_a_missing_file(void **state)
{
	char path[128], said[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/none.yaml", scratch_directory);
	snprintf(said, sizeof(said),
		 "none.yaml: No such file or directory (`spamweir init -c %s` writes one)", path);
	assert_refused(path, -ENOENT, said);
}

/* Nobody writes to it: a reader that waited would wait for ever. */
static void refuses_a_fifo(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/fifo", scratch_directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(path, -EINVAL, "fifo: is a FIFO (expected a regular file)");
	unlink(path);
}

static void refuses_a_directory(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/.", scratch_directory);
	assert_refused(path, -EINVAL, ".: is a directory (expected a regular file)");
}

static void refuses_an_absurd_size(void **state)
{
	(void)state;
	write_file("#");
	assert_int_equal(truncate(scratch_file, (16 << 20) + 1), 0);
	assert_refused(scratch_file, -EINVAL,
		       "c.yaml: larger than 16 MiB: this is no configuration");
}

static void refuses_an_empty_file(void **state)
{
	(void)state;
	write_file("");
	assert_refused(scratch_file, -EINVAL, "c.yaml: empty");
}

static void refuses_too_many_entries(void **state)
{
	static const char head[] = "feeds:\n- name: a\n  kind: own\n  entries: [&a 192.0.2.1";
	char *text = calloc(1, sizeof(head) + 10000 * 4 + 2);
	char *end;
	int i;

	(void)state;
	assert_non_null(text);
	end = stpcpy(text, head);
	for (i = 0; i < 10000; i++)
		end = stpcpy(end, ",*a ");
	stpcpy(end, "]\n");
	write_file(text);
	free(text);
	assert_refused(scratch_file, -EINVAL,
		       "c.yaml:4: entries: expected at most 10000 items, got 10001");
}

static void needs_no_error_text(void **state)
{
	struct sw_config *config;

	(void)state;
	write_file("mode: 1\n");
	assert_int_equal(sw_config_read(scratch_file, &config, NULL), -EINVAL);
	assert_null(config);
}

/* A config that a template program writes to a pipe has no size to ask for. */
static void reads_a_pipe(void **state)
{
	struct sw_config *config;
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "mode: monitor\n", 14), 14);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(sw_config_read(path, &config, NULL), 0);
	assert_true(config->monitor);
	sw_config_free(config);
	close(ends[0]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_a_missing_file),
		cmocka_unit_test(refuses_a_directory),
		cmocka_unit_test(refuses_a_fifo),
		cmocka_unit_test(refuses_an_absurd_size),
		cmocka_unit_test(refuses_an_empty_file),
		cmocka_unit_test(refuses_too_many_entries),
		cmocka_unit_test(needs_no_error_text),
		cmocka_unit_test(reads_a_pipe),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
