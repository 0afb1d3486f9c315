// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/file.h"

#define LONG ((9U << 20) + 5) /* what two threads read */

static char path[] = "/tmp/spamweir-file-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

/* No two places nearby look alike. */
static void fill(__u32 *words, size_t size)
{
	size_t i;

	for (i = 0; i < size / sizeof(*words); i++)
		words[i] = i * 2654435761U;
}

static void reads(size_t size)
{
	char *text = calloc(1, size + 4);
	FILE *out = fopen(path, "w");
	struct sw_file file;

	assert_non_null(text);
	assert_non_null(out);
	fill((__u32 *)text, size + 4);
	assert_int_equal(fwrite(text, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(sw_file_map(path, &file, NULL), 0);
	assert_int_equal(file.size, size);
	assert_true(!memcmp(file.text, text, size));
	sw_file_unmap(&file);
	free(text);
}

static void all_of_it_is_read(void **state)
{
	(void)state;
	reads(1);
	reads(4095);
	reads((4 << 20) - 1);
	reads(4 << 20);
	reads(LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_read),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
