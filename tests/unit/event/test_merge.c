// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event/merge.h"

#define SOURCES 3
#define MOST 16

/* What each source has; SW_MERGE_NONE ends it, for now. */
struct world {
	__u64 has[SOURCES][MOST];
	size_t at[SOURCES];
	__u64 time[SOURCES];
	__u64 told[SOURCES * MOST];
	size_t count;
	size_t end_at; /* telling that many, it says 7 */
};

static int next(void *ctx, size_t source, __u64 *time)
{
	struct world *w = ctx;

	*time = w->has[source][w->at[source]];
	if (*time != SW_MERGE_NONE)
		w->at[source]++;
	return 0;
}

static int tell(void *ctx, size_t source)
{
	struct world *w = ctx;

	w->told[w->count++] = w->has[source][w->at[source] - 1];
	return w->count == w->end_at ? 7 : 0;
}

static int merge(struct world *w, __u64 until)
{
	struct sw_merge merge = { next, tell, w, SOURCES, w->time };

	return sw_merge_until(&merge, until);
}

static struct world three(void)
{
	struct world w = {
		.has = { { 10, 20, 30, 90, SW_MERGE_NONE },
			 { SW_MERGE_NONE },
			 { 5, 21, 22, 23, 24, 91, SW_MERGE_NONE } },
		.time = { SW_MERGE_NONE, SW_MERGE_NONE, SW_MERGE_NONE },
	};

	return w;
}

static void told_are(const struct world *w, size_t count, const __u64 *times)
{
	assert_int_equal(w->count, count);
	assert_memory_equal(w->told, times, count * sizeof(*times));
}

static void all_come_in_the_order_of_time(void **state)
{
	const __u64 order[] = { 5, 10, 20, 21, 22, 23, 24, 30, 90, 91 };
	struct world w = three();

	(void)state;
	assert_int_equal(merge(&w, SW_MERGE_NONE), 0);
	told_are(&w, 10, order);
}

static void what_is_young_waits_where_it_is(void **state)
{
	const __u64 order[] = { 5, 10, 20, 21, 22, 23, 24, 30, 89, 90, 91 };
	struct world w = three();

	(void)state;
	assert_int_equal(merge(&w, 22), 0);
	told_are(&w, 5, order);
	assert_int_equal(w.at[2], 4); /* one was fetched, not all */
	assert_int_equal(merge(&w, 22), 0);
	told_are(&w, 5, order);
	w.has[1][0] = 89; /* it has come meanwhile, by another CPU */
	w.has[1][1] = SW_MERGE_NONE;
	assert_int_equal(merge(&w, 100), 0);
	told_are(&w, 11, order);
}

static void equal_times_are_all_told(void **state)
{
	const __u64 order[] = { 1, 1, 1, 1, 1 };
	struct world w = {
		.has = { { 1, 1, SW_MERGE_NONE }, { 1, SW_MERGE_NONE }, { 1, 1, SW_MERGE_NONE } },
		.time = { SW_MERGE_NONE, SW_MERGE_NONE, SW_MERGE_NONE },
	};

	(void)state;
	assert_int_equal(merge(&w, 1), 0);
	told_are(&w, 5, order);
}

static void late_ones_are_told_late(void **state)
{
	const __u64 order[] = { 50, 7, 51 };
	struct world w = {
		.has = { { 50, 51, SW_MERGE_NONE }, { SW_MERGE_NONE }, { SW_MERGE_NONE } },
		.time = { SW_MERGE_NONE, SW_MERGE_NONE, SW_MERGE_NONE },
	};

	(void)state;
	assert_int_equal(merge(&w, 50), 0);
	w.has[1][0] = 7;
	w.has[1][1] = SW_MERGE_NONE;
	assert_int_equal(merge(&w, 60), 0);
	told_are(&w, 3, order);
}

static void whoever_has_enough_ends_it(void **state)
{
	const __u64 order[] = { 5, 10, 20, 21 };
	struct world w = three();

	(void)state;
	w.end_at = 4;
	assert_int_equal(merge(&w, SW_MERGE_NONE), 7);
	told_are(&w, 4, order);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_come_in_the_order_of_time),
		cmocka_unit_test(what_is_young_waits_where_it_is),
		cmocka_unit_test(equal_times_are_all_told),
		cmocka_unit_test(late_ones_are_told_late),
		cmocka_unit_test(whoever_has_enough_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
