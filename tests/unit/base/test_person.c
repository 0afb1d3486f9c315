// SPDX-License-Identifier: GPL-2.0
/* Users, found without NSS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/person.h"

static void users_by_name(void **state)
{
	uid_t uid = 7;
	gid_t gid = 7;

	(void)state;
	assert_false(sw_person_find("no-such-user", &uid, &gid));
	assert_true(uid == 7 && gid == 7);
	assert_false(sw_person_find("", &uid, &gid));
	assert_true(sw_person_find("root", &uid, &gid));
	assert_true(uid == 0 && gid == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
