// SPDX-License-Identifier: GPL-2.0
/* IPv4 items of two lots come out as a comparing sort puts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feed/items_sort4.h"

#define MOST 200000

static __u64 item[MOST], expected[MOST], got[MOST];

static __u64 draw(void)
{
	return (__u64)rand() << 42 ^ (__u64)rand() << 21 ^ (__u64)rand();
}

static int compare(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Addresses that differ in `varying` alone; of some, several lengths. */
static void lay_out(size_t first, size_t count, __u32 varying)
{
	const __u32 fixed = draw();
	size_t i;

	for (i = 0; i < count; i++) {
		__u64 address = (fixed & ~varying) | (draw() & varying), length = draw() % 33;
		__u64 place = i < first ? i : i - first;

		if (i && draw() % 8 == 0)
			address = item[i - 1] >> 32;
		item[i] = address << 32 | length << 26 | place;
	}
}

static void expect_sorted(size_t first, size_t count, __u32 shift)
{
	const struct sw_items4 part[2] = { { item, first, 0 },
					   { item + first, count - first, shift } };
	size_t i;

	for (i = 0; i < count; i++)
		expected[i] = item[i] + (i < first ? 0 : shift);
	qsort(expected, count, sizeof(*expected), compare);
	assert_int_equal(sw_items4_sort(part, got), 0);
	assert_memory_equal(got, expected, count * sizeof(*got));
}

static void they_are_sorted_whatever_differs(void **state)
{
	static const __u32 varying[] = { ~0U,	    0,		1,	    255,
					 256,	    511,	0xffff,	    0xffffff,
					 0x1ff0000, 0x80000000, 0x80000001, 0xff00ff00 };
	static const size_t counts[] = { 0, 1, 2, 3, 63, 64, 1000, MOST };
	size_t v, c, first;

	(void)state;
	srand(1);
	for (v = 0; v < sizeof(varying) / sizeof(*varying); v++) {
		for (c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
			first = draw() % (counts[c] + 1);
			lay_out(first, counts[c], varying[v]);
			expect_sorted(first, counts[c], 1 << 20);
			expect_sorted(0, 0, 0);
		}
	}
}

/* Two lists that are in order, one behind the other or not; one that all but is. */
static void lists_that_are_in_order_are_too(void **state)
{
	size_t first = MOST / 3, i;

	(void)state;
	for (i = 0; i < MOST; i++)
		item[i] = (__u64)i << 34 | 32ULL << 26 | (i < first ? i : i - first);
	expect_sorted(first, MOST, first);
	item[5] = item[7] + 1;
	expect_sorted(first, MOST, first);
	for (i = 0; i < MOST; i++)
		item[i] = (__u64)(i < first ? i : i - first) << 33 | 24ULL << 26 |
			  (i < first ? i : i - first);
	expect_sorted(first, MOST, first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_sorted_whatever_differs),
		cmocka_unit_test(lists_that_are_in_order_are_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
