// SPDX-License-Identifier: GPL-2.0
/* What is known of a routing table by what was heard of it. */
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "route/held.h"

#define TABLE 666
#define PLACES 16

static struct sw_route route(unsigned place, __u8 type, __u8 protocol)
{
	return (struct sw_route){
		.prefix = { .address = 0xc6120000 + place / 2, .family = SW_IPV4, .length = 32 },
		.metric = place % 2,
		.table = TABLE,
		.type = type,
		.protocol = protocol,
	};
}

static struct sw_route_change came(unsigned place)
{
	return (struct sw_route_change){ .route = route(place, RTN_BLACKHOLE, 12) };
}

static struct sw_route_change went(unsigned place)
{
	return (struct sw_route_change){ .route = route(place, RTN_BLACKHOLE, 12), .gone = true };
}

/* Holds the table, of which it is known that it has places 0 to `count`. */
static struct sw_held_table *hold(struct sw_held *held, unsigned count)
{
	struct sw_held_table *table;
	struct sw_route one;
	unsigned i;

	sw_held_begin(held, (const __u32[]){ 7, TABLE }, 2);
	assert_null(sw_held_find(held, 8));
	table = sw_held_find(held, TABLE);
	assert_non_null(table);
	for (i = 0; i < count; i++) {
		one = route(i, RTN_BLACKHOLE, 12);
		assert_int_equal(sw_routes_add(&table->routes, &one), 0);
	}
	table->whole = true;
	return table;
}

static bool has(const struct sw_held_table *table, unsigned place)
{
	struct sw_route sought = route(place, 0, 0);
	size_t i;

	for (i = 0; i < table->routes.count; i++) {
		if (!sw_prefix_compare(&table->routes.route[i].prefix, &sought.prefix) &&
		    table->routes.route[i].metric == sought.metric)
			return true;
	}
	return false;
}

static void test_what_is_heard(void **state)
{
	const struct sw_route_change heard[] = { went(1), came(5), went(3), came(3), came(4),
						 went(5), came(7), came(9), went(2) };
	const bool there[PLACES] = {
		true, false, false, true, true, false, false, true, false, true
	};
	struct sw_held held = {};
	struct sw_held_table *table = hold(&held, 4);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
		sw_held_hear(table, &heard[i]);
	sw_held_settle(&held);
	assert_true(table->whole);
	assert_int_equal(table->routes.count, 5);
	for (i = 0; i < 10; i++)
		assert_int_equal(has(table, i), there[i]);
	for (i = 1; i < table->routes.count; i++)
		assert_true(sw_prefix_compare(&table->routes.route[i - 1].prefix,
					      &table->routes.route[i].prefix) <= 0);
	sw_held_end(&held);
}

static void test_a_type_that_changes(void **state)
{
	struct sw_route_change change = came(1);
	struct sw_held held = {};
	struct sw_held_table *table = hold(&held, 3);

	(void)state;
	change.route.type = RTN_PROHIBIT;
	change.replaces = true;
	sw_held_hear(table, &change);
	sw_held_settle(&held);
	assert_true(table->whole);
	assert_int_equal(table->routes.count, 3);
	assert_int_equal(table->routes.route[1].type, RTN_PROHIBIT);
	sw_held_end(&held);
}

/* One beside others, in front of others, or one of several next hops. */
static void test_what_cannot_be_told(void **state)
{
	struct sw_route_change unsure[] = { came(9), came(1), came(1), went(1), came(9), came(9) };
	struct sw_held held = {};
	size_t i;

	(void)state;
	unsure[0].appended = true;
	unsure[1].route.type = RTN_UNREACHABLE;
	unsure[2].route.protocol = 4;
	unsure[3].route.protocol = 4;
	unsure[4].route.prefix.family = SW_IPV6;
	unsure[4].route.type = RTN_UNICAST;
	unsure[5].route.type = RTN_UNICAST;
	for (i = 0; i < sizeof(unsure) / sizeof(unsure[0]); i++) {
		struct sw_held_table *table = hold(&held, 3);

		sw_held_hear(table, &unsure[i]);
		if (i == 5) /* alone it is sure, and twice not */
			sw_held_hear(table, &unsure[i]);
		sw_held_settle(&held);
		assert_false(table->whole);
		assert_int_equal(table->routes.count, 0);
	}
	sw_held_end(&held);
}

static void write_dump(const struct sw_held_table *table, const struct sw_routes *routes)
{
	size_t size = routes->count * sizeof(*routes->route);

	assert_int_equal(write(table->dump, routes->route, size), size);
	assert_int_equal(write(table->dump, "", 1), 1);
}

/* A dump tells of each place as it is when it comes by. All that is heard from its beginning
 * on is heard in order, some of it before the dump has come by, some behind it. */
static void test_a_dump_while_it_changes(void **state)
{
	struct sw_held held = {};
	int turn;

	(void)state;
	srand(7);
	for (turn = 0; turn < 2000; turn++) {
		struct sw_held_table *table = hold(&held, 0);
		bool there[PLACES] = {}, dumped[PLACES] = {};
		struct sw_routes dump = {};
		unsigned i, place, each = turn % 2 ? 1 : 4; /* few, or many */

		table->whole = false;
		sw_held_settle(&held);
		assert_true(table->dump >= 0);
		for (i = 0; i < each * PLACES; i++) {
			struct sw_route_change change;

			if (i % each == 0 && (dumped[i / each] = there[i / each])) {
				struct sw_route one = route(i / each, RTN_BLACKHOLE, 12);

				assert_int_equal(sw_routes_add(&dump, &one), 0);
			}
			place = rand() % PLACES;
			there[place] = !there[place];
			change = there[place] ? came(place) : went(place);
			sw_held_hear(table, &change);
		}
		write_dump(table, &dump);
		sw_held_take_over(&held);
		assert_true(table->whole);
		sw_held_settle(&held);
		assert_true(table->whole);
		for (place = 0; place < PLACES; place++)
			assert_int_equal(has(table, place), there[place]);
		sw_routes_free(&dump);
	}
	sw_held_end(&held);
}

/* Neither of a dump that was not finished, nor of one from before something that was lost. */
static void test_no_dump_to_take_over(void **state)
{
	struct sw_routes routes = {};
	struct sw_route one = route(0, RTN_BLACKHOLE, 12);
	struct sw_held held = {};
	struct sw_held_table *table = hold(&held, 0);

	(void)state;
	assert_int_equal(sw_routes_add(&routes, &one), 0);
	table->whole = false;
	sw_held_settle(&held);
	assert_int_equal(write(table->dump, &one, sizeof(one)), sizeof(one));
	sw_held_take_over(&held);
	assert_false(table->whole);
	sw_held_settle(&held);
	write_dump(table, &routes);
	sw_held_lose(&held);
	sw_held_take_over(&held);
	assert_false(table->whole);
	sw_held_settle(&held);
	write_dump(table, &routes);
	sw_held_take_over(&held);
	assert_true(table->whole && has(table, 0));
	sw_routes_free(&routes);
	sw_held_end(&held);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_heard),
		cmocka_unit_test(test_a_type_that_changes),
		cmocka_unit_test(test_what_cannot_be_told),
		cmocka_unit_test(test_a_dump_while_it_changes),
		cmocka_unit_test(test_no_dump_to_take_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
