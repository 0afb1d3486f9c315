// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/holders.h"
#include "store/holders_source.h"
#include "store/subscribers.h"

static char directory[64];
static struct sw_store *store;
static struct sw_holders *holders;
static struct sw_error error;

static int make_place(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/spamweir-holders-XXXXXX");
	return !mkdtemp(directory) || sw_store_open(directory, SW_STORE_CREATE, &store, &error);
}

static int remove_place(void **state)
{
	char command[128];

	(void)state;
	sw_holders_close(holders);
	holders = NULL;
	sw_store_close(store);
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static void begin(const char *source, __s64 pass)
{
	sw_holders_close(holders);
	if (sw_holders_open(store, source, pass, &holders, &error))
		fail_msg("%s", error.text);
}

static struct sw_prefix prefix_of(const char *text)
{
	struct sw_prefix prefix;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	return prefix;
}

static void put(const struct sw_held *held)
{
	if (sw_holders_put(holders, held, &error))
		fail_msg("%s", error.text);
}

static void hold(const char *prefix, const char *account, const char *session, __s64 since,
		 __s64 at, __s64 until)
{
	struct sw_held held = {
		.prefix = prefix_of(prefix),
		.port_last = SW_PORTS_LAST,
		.since_ms = since,
		.at_ms = at,
		.until_ms = until,
	};

	strcpy(held.account, account);
	strcpy(held.session, session);
	put(&held);
}

static void end(const char *prefix, const char *account, const char *session, __s64 at)
{
	struct sw_held held = {
		.prefix = prefix_of(prefix),
		.port_last = SW_PORTS_LAST,
		.since_ms = at,
		.at_ms = at,
		.until_ms = SW_FOREVER_MS,
		.ends = true,
	};

	strcpy(held.account, account);
	strcpy(held.session, session);
	put(&held);
}

static void assert_of(const char *address, int port, __s64 at, const char *account)
{
	struct sw_prefix prefix = prefix_of(address);
	struct sw_subscriber found = { .account = "-" };
	int err = sw_subscriber_at(store, &prefix, port, at, &found, &error);

	if (err < 0)
		fail_msg("%s", error.text);
	if (strcmp(err ? found.shared ? "shared" : found.account : "-", account))
		fail_msg("%s at %lld is of %s, not of %s", address, at, err ? found.account : "-",
			 account);
}

#define IS(at, account) assert_of("198.18.0.7", SW_ANY_PORT, at, account)

static void leases(void)
{
	hold("198.18.0.7", "a", "", 100, 100, 200);
	hold("198.18.0.7", "a", "", 150, 150, 250);
	end("198.18.0.7", "a", "", 240);
	hold("198.18.0.7", "b", "", 230, 230, 330);
	hold("198.18.0.7", "b", "", 500, 500, 600);
}

static void knows_who_had_it(void **state)
{
	int again;

	(void)state;
	begin("kea", 0);
	for (again = 0; again < 3; again++) { /* a journal is read again and again */
		leases();
		IS(99, "-");
		IS(100, "a");
		IS(229, "a");
		IS(230, "b");
		IS(329, "b");
		IS(330, "-");
		IS(550, "b");
		IS(600, "-");
	}
}

static void takes_stops_behind_starts(void **state)
{
	(void)state;
	begin("radius", 0);
	hold("198.18.0.7", "a", "s1", 100, 105, SW_FOREVER_MS);
	hold("198.18.0.7", "b", "s2", 200, 205, SW_FOREVER_MS);
	end("198.18.0.7", "a", "s1", 210);
	IS(199, "a");
	IS(200, "b");
	IS(1000, "b");
	/* The same one again: the old session's end is not the new one's. */
	hold("198.18.0.7", "b", "s3", 300, 305, SW_FOREVER_MS);
	end("198.18.0.7", "b", "s2", 310);
	IS(1000, "b");
	end("198.18.0.7", "b", "s3", 400);
	IS(399, "b");
	IS(400, "-");
	/* What is older comes late. */
	hold("198.18.0.7", "b", "s3", 300, 390, SW_FOREVER_MS);
	IS(400, "-");
}

static void prefers_the_longest_prefix(void **state)
{
	(void)state;
	begin("fixed", 1);
	hold("198.18.0.0/16", "town", "", 100, 100, SW_FOREVER_MS);
	hold("198.18.0.0/24", "school", "", 100, 100, SW_FOREVER_MS);
	hold("2001:db8:7::/48", "six", "", 100, 100, SW_FOREVER_MS);
	begin("kea", 0);
	hold("198.18.0.7", "a", "", 100, 100, 200);
	IS(150, "a");
	IS(250, "school");
	assert_of("198.18.1.1", SW_ANY_PORT, 150, "town");
	assert_of("198.19.1.1", SW_ANY_PORT, 150, "-");
	assert_of("2001:db8:7:1::/64", SW_ANY_PORT, 150, "six");
	assert_of("2001:db8:8::1", SW_ANY_PORT, 150, "-");
	hold("2001:db8:9::5", "v6", "", 100, 100, 200);
	assert_of("2001:db8:9::/64", SW_ANY_PORT, 150, "v6");
	assert_of("2001:db8:9::/64", SW_ANY_PORT, 250, "-");
	assert_of("2001:db8:9::6", SW_ANY_PORT, 150, "-");
	hold("2001:db8:9::6", "other", "", 100, 100, 200);
	assert_of("2001:db8:9::/64", SW_ANY_PORT, 150, "shared");
}

static void tells_ports_apart(void **state)
{
	struct sw_held held = {
		.prefix = prefix_of("203.0.113.1"),
		.port_first = 1024,
		.port_last = 2047,
		.since_ms = 100,
		.at_ms = 100,
		.until_ms = SW_FOREVER_MS,
		.account = "100.64.0.1",
	};

	(void)state;
	begin("ports", 1);
	put(&held);
	assert_of("203.0.113.1", SW_ANY_PORT, 150, "100.64.0.1");
	held.port_first = 2048;
	held.port_last = 4095;
	strcpy(held.account, "100.64.0.2");
	put(&held);
	begin("kea", 0);
	hold("100.64.0.2", "b", "", 100, 100, SW_FOREVER_MS);
	assert_of("203.0.113.1", 1024, 150, "100.64.0.1");
	assert_of("203.0.113.1", 4095, 150, "b");
	assert_of("203.0.113.1", 80, 150, "-");
	assert_of("203.0.113.1", SW_ANY_PORT, 150, "shared");
}

static void ends_what_a_list_lacks(void **state)
{
	(void)state;
	begin("fixed", 1);
	hold("198.18.0.7", "a", "", 100, 100, SW_FOREVER_MS);
	hold("198.18.0.8", "b", "", 100, 100, SW_FOREVER_MS);
	begin("fixed", 2);
	hold("198.18.0.8", "b", "", 300, 300, SW_FOREVER_MS);
	assert_int_equal(sw_holders_end_others(holders, 300, &error), 0);
	IS(299, "a");
	IS(300, "-");
	assert_of("198.18.0.8", SW_ANY_PORT, 150, "b");
	assert_of("198.18.0.8", SW_ANY_PORT, 350, "b");
	assert_int_equal(sw_holders_end_source(store, "fixed", 400, &error), 0);
	assert_of("198.18.0.8", SW_ANY_PORT, 399, "b");
	assert_of("198.18.0.8", SW_ANY_PORT, 400, "-");
	assert_int_equal(sw_holders_expire(store, 350, &error), 0);
	IS(150, "-");
	assert_of("198.18.0.8", SW_ANY_PORT, 399, "b");
}

/* Yesterday's list is put back in place of one that lacked somebody. */
static void takes_an_older_list(void **state)
{
	(void)state;
	begin("fixed", 110);
	hold("198.18.0.7", "a", "", 100, 100, SW_FOREVER_MS);
	hold("198.18.0.8", "b", "", 100, 100, SW_FOREVER_MS);
	begin("fixed", 210);
	hold("198.18.0.8", "c", "", 200, 200, SW_FOREVER_MS);
	hold("198.18.0.9", "d", "", 200, 200, SW_FOREVER_MS);
	assert_int_equal(sw_holders_end_others(holders, 210, &error), 0);
	IS(220, "-");
	begin("fixed", 310);
	hold("198.18.0.7", "a", "", 100, 100, SW_FOREVER_MS);
	hold("198.18.0.8", "b", "", 100, 100, SW_FOREVER_MS);
	hold("198.18.0.9", "d", "", 100, 100, SW_FOREVER_MS);
	assert_int_equal(sw_holders_end_others(holders, 310, &error), 0);
	IS(150, "a");
	IS(250, "-");
	IS(320, "a");
	assert_of("198.18.0.8", SW_ANY_PORT, 309, "c");
	assert_of("198.18.0.8", SW_ANY_PORT, 320, "b");
	assert_of("198.18.0.9", SW_ANY_PORT, 150, "-");
	assert_of("198.18.0.9", SW_ANY_PORT, 320, "d");
}

static void ends_what_a_list_lacks_though_the_clock_is_set_back(void **state)
{
	(void)state;
	begin("fixed", 1000);
	hold("198.18.0.7", "a", "", 900, 900, SW_FOREVER_MS);
	hold("198.18.0.8", "b", "", 900, 900, SW_FOREVER_MS);
	begin("fixed", 500);
	hold("198.18.0.8", "b", "", 400, 400, SW_FOREVER_MS);
	assert_int_equal(sw_holders_end_others(holders, 500, &error), 0);
	IS(1001, "-");
	assert_of("198.18.0.8", SW_ANY_PORT, 1001, "b");
	assert_int_equal(sw_holders_any(holders, &error), 1);
	begin("other", 500);
	assert_int_equal(sw_holders_any(holders, &error), 0);
}

static void keeps_files_and_sources(void **state)
{
	struct sw_holders_file file = { 1, 2, 3, 4, 5 }, found = { 0 };
	struct sw_holders_source source = { .name = "kea", .records = 7, .error = { "bad" } },
				 known;

	(void)state;
	assert_int_equal(sw_holders_file_get(store, "kea", "/x", &found, &error), 0);
	assert_int_equal(sw_holders_file_put(store, "kea", "/x", &file, &error), 0);
	assert_int_equal(sw_holders_file_get(store, "kea", "/x", &found, &error), 1);
	assert_memory_equal(&found, &file, sizeof(file));
	assert_int_equal(sw_holders_source_get(store, "kea", &known, &error), 0);
	assert_int_equal(sw_holders_source_put(store, &source, &error), 0);
	assert_int_equal(sw_holders_source_get(store, "kea", &known, &error), 1);
	assert_string_equal(known.error.text, "bad");
	assert_int_equal(sw_holders_end_source(store, "kea", 1, &error), 0);
	assert_int_equal(sw_holders_source_get(store, "kea", &known, &error), 0);
	assert_int_equal(sw_holders_file_get(store, "kea", "/x", &found, &error), 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

static void given(const char *prefix, const char *account, const char *nas, __s64 since)
{
	struct sw_held held = {
		.prefix = prefix_of(prefix),
		.port_last = SW_PORTS_LAST,
		.since_ms = since,
		.at_ms = since,
		.until_ms = SW_FOREVER_MS,
	};

	strcpy(held.account, account);
	strcpy(held.nas, nas);
	put(&held);
}

static void all_ends(const char *nas, __s64 at)
{
	struct sw_held held = { .ends = true, .all = true, .since_ms = at, .at_ms = at };

	strcpy(held.nas, nas);
	put(&held);
}

static void ends_all_of_an_access_server(void **state)
{
	(void)state;
	begin("radius", 0);
	given("198.18.0.1", "alice", "192.0.2.1", 1000);
	given("198.18.0.2", "bob", "192.0.2.2", 1000);
	given("198.18.0.3", "carol", "192.0.2.1", 5000);
	given("198.18.0.4", "dave", "", 1000);
	begin("other", 0);
	given("198.18.0.5", "erin", "192.0.2.1", 1000);
	begin("radius", 0);
	all_ends("192.0.2.1", 5000);
	assert_of("198.18.0.1", SW_ANY_PORT, 4999, "alice");
	assert_of("198.18.0.1", SW_ANY_PORT, 5000, "-");
	assert_of("198.18.0.2", SW_ANY_PORT, 9000, "bob");
	assert_of("198.18.0.3", SW_ANY_PORT, 9000, "carol"); /* of the same second */
	assert_of("198.18.0.4", SW_ANY_PORT, 9000, "dave");
	assert_of("198.18.0.5", SW_ANY_PORT, 9000, "erin"); /* another list says so */
	/* Read once more, it says the same; and who comes back has it again. */
	given("198.18.0.1", "alice", "192.0.2.1", 1000);
	all_ends("192.0.2.1", 5000);
	assert_of("198.18.0.1", SW_ANY_PORT, 5000, "-");
	given("198.18.0.1", "alice", "192.0.2.1", 7000);
	assert_of("198.18.0.1", SW_ANY_PORT, 7000, "alice");
	assert_of("198.18.0.1", SW_ANY_PORT, 6000, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(knows_who_had_it),
		TEST(takes_stops_behind_starts),
		TEST(prefers_the_longest_prefix),
		TEST(tells_ports_apart),
		TEST(ends_what_a_list_lacks),
		TEST(takes_an_older_list),
		TEST(ends_what_a_list_lacks_though_the_clock_is_set_back),
		TEST(keeps_files_and_sources),
		TEST(ends_all_of_an_access_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
