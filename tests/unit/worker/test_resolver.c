// SPDX-License-Identifier: GPL-2.0
/* The root directory of who fetches, made by several at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/resolver.h"

#define PROCESSES 8
#define ROUNDS 200

static char state[] = "/tmp/spamweir-resolver-XXXXXX";

static int make_and_see(void)
{
	struct sw_error error = { 0 };
	char *root = NULL, path[128];
	int err = sw_resolver_root(state, &root, &error);

	if (err) {
		fprintf(stderr, "%s\n", error.text);
		return 1;
	}
	snprintf(path, sizeof(path), "%s/etc/nsswitch.conf", root);
	free(root);
	return access(path, R_OK) != 0;
}

static void all_of_them_have_it(void **unused)
{
	int i, round, status, failed = 0;

	(void)unused;
	for (i = 0; i < PROCESSES; i++) {
		if (fork())
			continue;
		for (round = 0; round < ROUNDS && !failed; round++)
			failed = make_and_see();
		_exit(failed);
	}
	for (i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		failed += status != 0;
	}
	assert_int_equal(failed, 0);
}

static int set_up(void **unused)
{
	(void)unused;
	return !mkdtemp(state);
}

static int clean_up(void **unused)
{
	static const char *const made[] = { "/resolver/etc/nsswitch.conf",
					    "/resolver/etc/resolv.conf",
					    "/resolver/etc/hosts",
					    "/resolver/etc/host.conf",
					    "/resolver/etc/gai.conf",
					    "/resolver/etc/new",
					    "/resolver/etc",
					    "/resolver",
					    "" };
	char path[128];
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", state, made[i]);
		remove(path);
	}
	return !access(state, F_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(all_of_them_have_it) };

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
