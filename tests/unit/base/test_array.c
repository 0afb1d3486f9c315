// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/array.h"
#include "base/memory.h"

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

/* Of what is large, small, none, or begins and ends anywhere. */
static void a_wish_for_huge_pages_changes_no_byte(void **state)
{
	const size_t size = 9 << 20;
	unsigned char *at = malloc(size);
	size_t i;

	(void)state;
	assert_non_null(at);
	for (i = 0; i < size; i++)
		at[i] = i * 31 >> 8;
	sw_prefer_huge(NULL, size);
	sw_prefer_huge(at, 0);
	sw_prefer_huge(at + 1, 7);
	sw_prefer_huge(at + 5, size - 9);
	for (i = 0; i < size; i++)
		assert_int_equal(at[i], (unsigned char)(i * 31 >> 8));
	free(at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_from_any_room),
		cmocka_unit_test(a_wish_for_huge_pages_changes_no_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
