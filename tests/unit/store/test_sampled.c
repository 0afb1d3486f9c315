// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/db.h"
#include "store/hours.h"
#include "store/met.h"
#include "store/serving.h"

#define HOUR SW_HOUR_MS
#define DAY (24 * HOUR)

static char directory[64], told[8192];
static struct sw_store *store;
static struct sw_error error;

static int make_place(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/spamweir-sampled-XXXXXX");
	return !mkdtemp(directory) || sw_store_open(directory, SW_STORE_CREATE, &store, &error);
}

static int remove_place(void **state)
{
	char command[128];

	(void)state;
	sw_store_close(store);
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static struct sw_prefix prefix_of(const char *text)
{
	struct sw_prefix prefix;

	assert_int_equal(sw_prefix_parse(text, strlen(text), &prefix), 0);
	return prefix;
}

/* One look at a counter, and at another that was noted when it was highest. */
static void look(__s64 at, __s64 holder, __u64 value, __u64 most)
{
	struct sw_hours *hours;
	bool anew;

	assert_int_equal(sw_hours_open(store, at, &hours, &error), 0);
	assert_int_equal(sw_hours_begin(hours, holder, &anew, &error), 0);
	assert_int_equal(sw_hours_counter(hours, "packets", "a", value, &error), 0);
	assert_int_equal(sw_hours_most(hours, "customers", "b", most, &error), 0);
	sw_hours_close(hours);
}

static int tell_hour(void *ctx, const struct sw_hour *hour)
{
	(void)ctx;
	sprintf(told + strlen(told), "%s%lld %s %s %llu", told[0] ? ", " : "", hour->at_ms / HOUR,
		hour->what, hour->name, hour->value);
	return 0;
}

static void assert_hours(__s64 from, __s64 to, const char *expected)
{
	told[0] = '\0';
	assert_int_equal(sw_hours_each(store, from, to, tell_hour, NULL, &error), 0);
	assert_string_equal(told, expected);
}

static void hours_have_what_counters_grew_by(void **state)
{
	(void)state;
	look(10 * HOUR + 5, 1, 1000, 0); /* since when it counts is not known */
	assert_hours(0, 99 * HOUR, "");
	look(10 * HOUR + 6, 1, 1003, 2);
	look(10 * HOUR + 7, 1, 1003, 7);
	look(11 * HOUR, 1, 1013, 3);
	assert_hours(0, 99 * HOUR,
		     "10 customers b 7, 10 packets a 3, 11 customers b 3, 11 packets a 10");
	look(11 * HOUR + 1, 1, 4, 0);	 /* the slot went to another */
	look(11 * HOUR + 2, 2, 2000, 0); /* another state, which counts from 0 */
	assert_hours(11 * HOUR, 12 * HOUR, "11 customers b 3, 11 packets a 2014");
	assert_hours(11 * HOUR - 1, 11 * HOUR, "10 customers b 7, 10 packets a 3");
	assert_int_equal(sw_hours_expire(store, 11 * HOUR, &error), 0);
	assert_hours(0, 99 * HOUR, "11 customers b 3, 11 packets a 2014");
}

static struct sw_met_writer *writer;

static void note(const char *subject, const char *listed, __s64 last, __u64 count, bool dropped)
{
	struct sw_met met = {
		.subject = prefix_of(subject),
		.listed = prefix_of(listed),
		.feed = "f",
		.first_ms = 100,
		.last_ms = last,
		.dropped_ms = dropped ? last : 0,
		.count = count,
	};

	if (sw_met_note(writer, &met, &error))
		fail_msg("%s", error.text);
}

static int tell_met(void *ctx, const struct sw_met *met)
{
	char subject[SW_PREFIX_TEXT], listed[SW_PREFIX_TEXT];

	(void)ctx;
	sprintf(told + strlen(told), "%s%s>%s %lld-%lld/%lld %llu", told[0] ? ", " : "",
		sw_prefix_format(&met->subject, subject), sw_prefix_format(&met->listed, listed),
		met->first_ms, met->last_ms, met->dropped_ms, met->count);
	return 0;
}

static void assert_met(__s64 since, const char *expected)
{
	told[0] = '\0';
	assert_int_equal(sw_met_each(store, since, tell_met, NULL, &error), 0);
	assert_string_equal(told, expected);
}

static void counts_are_of_the_two_that_met(void **state)
{
	(void)state;
	assert_int_equal(sw_met_open(store, false, &writer, &error), 0);
	note("198.18.0.1", "203.0.113.1", 200, 5, false);
	note("198.18.0.1", "203.0.113.1", 300, 5, false); /* nothing new */
	note("198.18.0.1", "203.0.113.2", 400, 7, true);  /* two of them */
	note("198.18.0.1", "203.0.113.1", 500, 8, true);
	note("2001:db8:7::/64", "203.0.113.2", 600, 1, true);
	assert_met(0, "198.18.0.1>203.0.113.1 100-500/500 6, 198.18.0.1>203.0.113.2 400-400/400 2, "
		      "2001:db8:7::/64>203.0.113.2 100-600/600 1");
	assert_met(500, "198.18.0.1>203.0.113.1 100-500/500 6, "
			"2001:db8:7::/64>203.0.113.2 100-600/600 1");
	sw_met_close(writer);
	/* The ledger was made anew. */
	assert_int_equal(sw_met_open(store, true, &writer, &error), 0);
	note("198.18.0.1", "203.0.113.1", 700, 8, true);
	sw_met_close(writer);
	assert_met(650, "198.18.0.1>203.0.113.1 100-700/700 14");
	assert_int_equal(sw_met_expire(store, 650 + SW_MET_KEPT_MS, &error), 0);
	assert_met(0, "198.18.0.1>203.0.113.1 100-700/700 14");
}

static void affected(__s64 at, const char *address, int how)
{
	struct sw_prefix prefix = prefix_of(address);

	assert_int_equal(sw_affected_note(writer, at, &prefix, how, &error), 0);
}

static void whoever_is_affected_counts_once(void **state)
{
	struct sw_affected count;

	(void)state;
	assert_int_equal(sw_met_open(store, false, &writer, &error), 0);
	affected(DAY, "198.18.0.1", SW_AFFECTED_BLOCKED | SW_AFFECTED_DROPPED);
	affected(DAY + 1, "198.18.0.1", SW_AFFECTED_SLOWED | SW_AFFECTED_MONITORED);
	affected(2 * DAY, "198.18.0.1", SW_AFFECTED_BLOCKED | SW_AFFECTED_DROPPED);
	affected(2 * DAY, "198.18.0.2", SW_AFFECTED_SLOWED | SW_AFFECTED_MONITORED);
	affected(3 * DAY, "198.18.0.3", SW_AFFECTED_SLOWED | SW_AFFECTED_DROPPED);
	sw_met_close(writer);
	assert_int_equal(sw_affected_count(store, DAY, 3 * DAY - 1, &count, &error), 0);
	assert_int_equal(count.subscribers, 2);
	assert_int_equal(count.blocked, 1);
	assert_int_equal(count.slowed, 2);
	assert_int_equal(count.dropped, 1);
	assert_int_equal(sw_affected_count(store, 9 * DAY, 10 * DAY, &count, &error), 0);
	assert_int_equal(count.subscribers, 0);
	assert_int_equal(sw_met_expire(store, 3 * DAY + SW_MET_KEPT_MS, &error), 0);
	assert_int_equal(sw_affected_count(store, 0, 99 * DAY, &count, &error), 0);
	assert_int_equal(count.subscribers, 1);
}

static void fill(const char *sql)
{
	if (sw_db_run(store, sql, &error))
		fail_msg("%s", error.text);
}

static int count_rows(void *ctx, sqlite3_stmt *statement)
{
	*(__s64 *)ctx = sqlite3_column_int64(statement, 0);
	return 0;
}

static __s64 rows(const char *sql)
{
	__s64 count = -1;

	assert_int_equal(sw_db_each(store, sql, 0, count_rows, &count, &error), 0);
	return count;
}

#define NUMBERS(n)                                                                                 \
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " n ") "

static void the_oldest_go_when_there_are_too_many(void **state)
{
	(void)state;
	fill("BEGIN;" NUMBERS("200010") "INSERT INTO met SELECT '198.18.0.1', i, 'f', 0, i, i, i, 1, 1 FROM n;" NUMBERS(
		"100010") "INSERT INTO serving SELECT i, 0, i, i, '' FROM n;" NUMBERS("500010") "INSERT INTO affected SELECT i / 250000, i, 1 FROM n; COMMIT");
	assert_int_equal(sw_met_expire(store, 1, &error), 0);
	assert_int_equal(sw_serving_expire(store, 1, &error), 0);
	assert_int_equal(rows("SELECT count(*) FROM met WHERE count > ?"), SW_MET_MOST + 1);
	assert_int_equal(rows("SELECT min(last) FROM met WHERE count > ?"), 10);
	assert_int_equal(rows("SELECT count(*) FROM serving WHERE side >= ?"), SW_SERVING_MOST + 1);
	assert_true(rows("SELECT count(*) FROM affected WHERE how > ?") <= SW_AFFECTED_MOST + 11);
}

static int tell_serving(void *ctx, const struct sw_serving *serving)
{
	char text[SW_PREFIX_TEXT];

	(void)ctx;
	sprintf(told + strlen(told), "%s%s%s %lld-%lld %s", told[0] ? ", " : "",
		sw_prefix_format(&serving->address, text), serving->remote ? " remote" : "",
		serving->first_ms, serving->last_ms, serving->sentence);
	return 0;
}

static void servers_are_remembered(void **state)
{
	struct sw_serving serving = {
		.address = prefix_of("198.18.0.25"),
		.first_ms = 100,
		.last_ms = 200,
		.sentence = "it sends",
	};

	(void)state;
	assert_int_equal(sw_serving_note(store, &serving, &error), 0);
	serving.first_ms = serving.last_ms = 300;
	assert_int_equal(sw_serving_note(store, &serving, &error), 0);
	serving.remote = true;
	assert_int_equal(sw_serving_note(store, &serving, &error), 0);
	told[0] = '\0';
	assert_int_equal(sw_serving_each(store, 250, tell_serving, NULL, &error), 0);
	assert_string_equal(told,
			    "198.18.0.25 100-300 it sends, 198.18.0.25 remote 300-300 it sends");
	assert_int_equal(sw_serving_expire(store, 301 + SW_SERVING_KEPT_MS, &error), 0);
	told[0] = '\0';
	assert_int_equal(sw_serving_each(store, 0, tell_serving, NULL, &error), 0);
	assert_string_equal(told, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hours_have_what_counters_grew_by), TEST(counts_are_of_the_two_that_met),
		TEST(whoever_is_affected_counts_once),	TEST(the_oldest_go_when_there_are_too_many),
		TEST(servers_are_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
