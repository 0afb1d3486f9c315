// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/array.h"

/* From whatever room somebody reserved, one too. */
static void grows_from_any_room(void **state)
{
	size_t begin, room;
	void *array;

	(void)state;
	for (begin = 0; begin < 10; begin++) {
		array = calloc(begin + 1, sizeof(__UINT64_TYPE__));
		room = begin;
		assert_int_equal(sw_grow(&array, &room, sizeof(__UINT64_TYPE__), 2), 0);
		assert_in_range(room, begin + 1, 16);
		free(array);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(grows_from_any_room) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
