// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "run/route_refill.h"

#define HEAD "# A table.\n"

static char dir[] = "/tmp/spamweir-refill-XXXXXX";
static struct sw_feed_config feed = { .path = "list", .routes = { .table = 666, .hold_s = 3600 } };

static int make_dir(void **state)
{
	(void)state;
	return !mkdtemp(dir) || chdir(dir);
}

static int remove_dir(void **state)
{
	(void)state;
	unlink("list");
	return chdir("/") || rmdir(dir);
}

static void write_list(const char *text)
{
	FILE *file = fopen("list", "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void check(const char *then, const char *now, const char *joined)
{
	char *text = strdup(now);
	size_t size = strlen(text);

	write_list(then);
	assert_int_equal(sw_refill_join(&feed, &text, &size), 0);
	assert_int_equal(size, strlen(joined));
	assert_memory_equal(text, joined, size);
	free(text);
}

static void test_join(void **state)
{
	(void)state;
	check(HEAD "192.0.2.1 # a\n192.0.2.3 # a\n2001:db8::/64 # a\n",
	      HEAD "192.0.2.2 # b\n192.0.2.3 # b\n192.0.2.10 # b\n",
	      HEAD "192.0.2.1 # a\n192.0.2.2 # b\n192.0.2.3 # b\n192.0.2.10 # b\n"
		   "2001:db8::/64 # a\n");
	check(HEAD, HEAD "192.0.2.2 # b\n", HEAD "192.0.2.2 # b\n");
	check("", HEAD "192.0.2.2 # b\n", HEAD "192.0.2.2 # b\n");
	check(HEAD "192.0.2.0/24 # a\n192.0.2.0/25 # a\n", HEAD "192.0.2.0/25 # b\n",
	      HEAD "192.0.2.0/24 # a\n192.0.2.0/25 # b\n");
	/* Cut short, or by another hand. */
	check(HEAD "odd\n192.0.2.1 # a\n192.0.2.9 # a", HEAD "192.0.2.2 # b\n",
	      HEAD "192.0.2.1 # a\n192.0.2.2 # b\n");
}

static void test_no_list(void **state)
{
	char *text = strdup(HEAD);
	size_t size = strlen(text);

	(void)state;
	unlink("list");
	assert_int_equal(sw_refill_join(&feed, &text, &size), 0);
	assert_string_equal(text, HEAD);
	free(text);
	sw_refill_begin(&feed);
	assert_int_equal(sw_refill_until(&feed), 0);
}

static __s64 left_ms(int age_s)
{
	struct timespec then[2] = { { .tv_sec = time(NULL) - age_s } };
	__s64 until;

	then[1] = then[0];
	assert_int_equal(utimensat(AT_FDCWD, "list.filling", then, 0), 0);
	until = sw_refill_until(&feed);
	return until ? until - then[0].tv_sec * 1000LL : 0;
}

static void test_how_long(void **state)
{
	(void)state;
	write_list(HEAD);
	assert_int_equal(sw_refill_until(&feed), 0);
	sw_refill_begin(&feed);
	assert_int_equal(left_ms(0), 60000);
	assert_int_equal(left_ms(30), 60000);
	assert_int_equal(left_ms(61), 0);
	assert_int_equal(left_ms(-3600), 0);
	feed.routes.hold_s = 40;
	assert_int_equal(left_ms(30), 40000);
	assert_int_equal(left_ms(41), 0);
	sw_refill_end(&feed);
	assert_int_equal(sw_refill_until(&feed), 0);
	feed.routes.hold_s = 0;
	sw_refill_begin(&feed);
	assert_int_equal(access("list.filling", F_OK), -1);
	feed.routes.hold_s = 3600;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_no_list),
		cmocka_unit_test(test_how_long),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
