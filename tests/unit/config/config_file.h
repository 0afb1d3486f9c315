/* SPDX-License-Identifier: GPL-2.0 */
/* A scratch directory with one config file, for tests of what is read from it. */
#ifndef SPAMWEIR_TEST_CONFIG_FILE_H
#define SPAMWEIR_TEST_CONFIG_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char scratch_directory[] = "/tmp/test_config.XXXXXX";
static char scratch_file[64];

static inline int make_scratch(void **state)
{
	(void)state;
	if (!mkdtemp(scratch_directory))
		return -1;
	snprintf(scratch_file, sizeof(scratch_file), "%s/c.yaml", scratch_directory);
	return 0;
}

static inline int remove_scratch(void **state)
{
	(void)state;
	unlink(scratch_file);
	return rmdir(scratch_directory);
}

static inline void write_file(const char *text)
{
	FILE *f = fopen(scratch_file, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

#endif
