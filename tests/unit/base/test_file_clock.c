// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file_clock.h"

#define MS 1000000ULL

static char path[] = "/tmp/spamweir-clock-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void write_byte(struct sw_file_id *id)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputc('x', file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(sw_file_identify(path, id), 0);
}

static bool is_dated_here(void)
{
	struct statfs found;

	assert_int_equal(statfs(path, &found), 0);
	return found.f_type == EXT4_SUPER_MAGIC || found.f_type == TMPFS_MAGIC ||
	       found.f_type == (__typeof__(found.f_type))XFS_SUPER_MAGIC ||
	       found.f_type == (__typeof__(found.f_type))BTRFS_SUPER_MAGIC;
}

static void test_at_once(void **state)
{
	struct sw_file_id id = { .changed_ns = 1700000000123 * MS };

	(void)state;
	assert_false(sw_file_is_settled(path, &id, id.changed_ns));
	assert_false(sw_file_is_settled(path, &id, id.changed_ns - 5000 * MS));
	assert_int_equal(sw_file_is_settled(path, &id, id.changed_ns + 1), is_dated_here());
	assert_true(sw_file_is_settled(path, &id, id.changed_ns + 2001 * MS));
}

/* What counts seconds, or has another clock. */
static void test_elsewhere(void **state)
{
	struct sw_file_id seconds = { .changed_ns = 1700000000000 * MS };
	struct sw_file_id other = { .changed_ns = 1700000000123 * MS };

	(void)state;
	assert_false(sw_file_is_settled(path, &seconds, seconds.changed_ns + 1999 * MS));
	assert_true(sw_file_is_settled(path, &seconds, seconds.changed_ns + 2001 * MS));
	assert_false(sw_file_is_settled("/proc/self/stat", &other, other.changed_ns + 1999 * MS));
	assert_true(sw_file_is_settled("/proc/self/stat", &other, other.changed_ns + 2001 * MS));
}

/* What is written once one has waited, looks otherwise, though as long as before. */
static void test_wait(void **state)
{
	struct sw_file_id before, after;
	int i, tries;

	(void)state;
	if (!is_dated_here())
		skip();
	for (i = 0; i < 200; i++) {
		write_byte(&before);
		if (!(before.changed_ns % (1000 * MS)))
			continue;
		/* The clock of a busy virtual machine may stand for longer than a tick. */
		for (tries = 0; tries < 1000; tries++) {
			if (sw_file_is_settled(path, &before, sw_file_settle(path, &before)))
				break;
		}
		assert_true(tries < 1000);
		write_byte(&after);
		assert_true(after.changed_ns > before.changed_ns);
	}
}

/* Nobody waits for a clock that was set back. */
static void test_future(void **state)
{
	struct sw_file_id id = { .changed_ns = sw_file_clock_ns() + 3600000 * MS + 1 };

	(void)state;
	assert_true(sw_file_settle(path, &id) < id.changed_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_future),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
