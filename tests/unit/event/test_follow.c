// SPDX-License-Identifier: GPL-2.0
/* A log that others append to, rename, empty and replace, as its follower sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/follow.h"

struct log {
	char directory[32];
	char path[64], old[64];
	struct sw_follow *follow;
	char *told; /* lines, each with "|" behind it */
	size_t size;
	FILE *out;
};

static int set_up(void **state)
{
	struct log *log = calloc(1, sizeof(*log));

	strcpy(log->directory, "/tmp/follow.XXXXXX");
	if (!mkdtemp(log->directory))
		return -1;
	snprintf(log->path, sizeof(log->path), "%s/log", log->directory);
	snprintf(log->old, sizeof(log->old), "%s/log.1", log->directory);
	*state = log;
	return 0;
}

static int tear_down(void **state)
{
	struct log *log = *state;

	sw_follow_close(log->follow);
	unlink(log->path);
	unlink(log->old);
	rmdir(log->directory);
	free(log);
	return 0;
}

static void write_to(const char *path, const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void begin(struct log *log)
{
	struct sw_error error = {};

	assert_int_equal(sw_follow_open(log->path, &log->follow, &error), 0);
}

static int note(void *ctx, const char *line, size_t size)
{
	struct log *log = ctx;

	assert_int_equal(strlen(line), size);
	fprintf(log->out, "%s|", line);
	return strcmp(line, "stop") ? 0 : -ECANCELED;
}

static void expect(struct log *log, int err, const char *lines)
{
	struct sw_error error = {};

	log->out = open_memstream(&log->told, &log->size);
	assert_int_equal(sw_follow_read(log->follow, note, log, &error), err);
	fclose(log->out);
	assert_string_equal(log->told, lines);
	free(log->told);
}

static void new_lines_are_told_once_they_are_whole(void **state)
{
	struct log *log = *state;

	write_to(log->path, "w", "before\n");
	begin(log);
	expect(log, 0, "");
	write_to(log->path, "a", "one\ntwo\nthr");
	expect(log, 0, "one|two|");
	expect(log, 0, "");
	write_to(log->path, "a", "ee\n\n");
	expect(log, 0, "three||");
}

static void a_log_that_is_not_there_is_made(void **state)
{
	struct log *log = *state;

	begin(log);
	write_to(log->path, "a", "one\n");
	expect(log, 0, "one|");
}

static void a_log_that_was_renamed_is_read_to_its_end(void **state)
{
	struct log *log = *state;

	begin(log);
	write_to(log->path, "a", "one\n");
	assert_int_equal(rename(log->path, log->old), 0);
	expect(log, 0, "one|"); /* there is no other yet */
	write_to(log->old, "a", "two\n");
	write_to(log->path, "w", "three\nfo");
	expect(log, 0, "two|three|");
	write_to(log->path, "a", "ur\n");
	expect(log, 0, "four|");
}

static void a_log_that_was_emptied_begins_again(void **state)
{
	struct log *log = *state;

	write_to(log->path, "w", "a long line, and what follows is shorter\n");
	begin(log);
	write_to(log->path, "a", "one\npart of a li");
	expect(log, 0, "one|");
	write_to(log->path, "w", "two\n");
	expect(log, 0, "two|");
	assert_int_equal(truncate(log->path, 0), 0);
	expect(log, 0, "");
	write_to(log->path, "a", "three\n");
	expect(log, 0, "three|");
}

static void a_line_may_be_of_any_length(void **state)
{
	struct log *log = *state;
	char *line = malloc(200002);

	begin(log);
	memset(line, 'x', 200000);
	strcpy(line + 200000, "\n");
	write_to(log->path, "a", line);
	line[200000] = '|';
	expect(log, 0, line);
	free(line);
	write_to(log->path, "a", "next\n");
	expect(log, 0, "next|");
}

static void who_is_told_may_stop(void **state)
{
	struct log *log = *state;

	begin(log);
	write_to(log->path, "a", "one\nstop\ntwo\n");
	expect(log, -ECANCELED, "one|stop|");
	expect(log, 0, "two|");
}

static void what_is_no_file_is_refused(void **state)
{
	struct log *log = *state;
	struct sw_error error = {};
	char expected[96];

	assert_int_equal(mkfifo(log->path, 0600), 0);
	assert_int_equal(sw_follow_open(log->path, &log->follow, &error), -EINVAL);
	snprintf(expected, sizeof(expected), "%s: is no regular file", log->path);
	assert_string_equal(error.text, expected);
	assert_int_equal(sw_follow_open("/nowhere/log", &log->follow, &error), -ENOENT);
	assert_string_equal(error.text, "cannot watch /nowhere: No such file or directory");
}

static void a_change_ends_the_wait(void **state)
{
	struct log *log = *state;

	begin(log);
	write_to(log->path, "a", "one\n");
	sw_follow_wait(log->follow, -1); /* or this test never ends */
	expect(log, 0, "one|");
	assert_int_equal(rename(log->path, log->old), 0);
	write_to(log->path, "w", "two\n");
	sw_follow_wait(log->follow, -1);
	expect(log, 0, "two|");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_lines_are_told_once_they_are_whole),
		TEST(a_log_that_is_not_there_is_made),
		TEST(a_log_that_was_renamed_is_read_to_its_end),
		TEST(a_log_that_was_emptied_begins_again),
		TEST(a_line_may_be_of_any_length),
		TEST(who_is_told_may_stop),
		TEST(what_is_no_file_is_refused),
		TEST(a_change_ends_the_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
