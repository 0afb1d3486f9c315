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
#include "store/cases_hand.h"
#include "store/cases_read.h"
#include "store/db.h"
#include "store/holders.h"

#define QUIET 1000
#define CLOSE 5000
#define KEEP 20000

static char directory[64];
static struct sw_store *store;
static struct sw_error error;

static int make_place(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/spamweir-cases-XXXXXX");
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

static void hold(const char *prefix, const char *account, __s64 since, __s64 until)
{
	struct sw_held held = {
		.prefix = prefix_of(prefix),
		.port_last = SW_PORTS_LAST,
		.since_ms = since,
		.at_ms = since,
		.until_ms = until,
	};
	struct sw_holders *holders;

	strcpy(held.account, account);
	assert_int_equal(sw_holders_open(store, "list", 0, &holders, &error), 0);
	assert_int_equal(sw_holders_put(holders, &held, &error), 0);
	sw_holders_close(holders);
}

static void tell(const char *address, const char *kind, enum sw_severity severity, __s64 last,
		 __u64 count)
{
	struct sw_signal signal = {
		.address = prefix_of(address),
		.severity = severity,
		.first_ms = 100,
		.last_ms = last,
		.count = count,
		.peer = "203.0.113.9",
	};

	strcpy(signal.kind, kind);
	sprintf(signal.sentence, "it does %s", kind);
	if (sw_cases_signal(store, &signal, last, &error))
		fail_msg("%s", error.text);
}

static void silence(__s64 now)
{
	const struct sw_case_times times = { QUIET, CLOSE, KEEP };

	if (sw_cases_silence(store, &times, now, &error))
		fail_msg("%s", error.text);
}

static char listed[4096];

static int list_one(void *ctx, const struct sw_case *found)
{
	(void)ctx;
	sprintf(listed + strlen(listed), "%s%s/%s/%s/%llu", listed[0] ? " " : "",
		found->account[0] ? found->account : found->address,
		sw_case_state_name(found->state), sw_severity_name(found->severity), found->count);
	return 0;
}

static void assert_listed(const char *expected)
{
	listed[0] = '\0';
	assert_int_equal(sw_cases_each(store, true, list_one, NULL, &error), 0);
	assert_string_equal(listed, expected);
}

static int list_event(void *ctx, const struct sw_case_event *event)
{
	(void)ctx;
	sprintf(listed + strlen(listed), "%s%s", listed[0] ? " " : "", event->what);
	return 0;
}

static void assert_events(__s64 id, const char *expected)
{
	listed[0] = '\0';
	assert_int_equal(sw_case_events(store, id, list_event, NULL, &error), 0);
	assert_string_equal(listed, expected);
}

static void joins_what_is_one_subscribers(void **state)
{
	struct sw_case found;
	struct sw_prefix address = prefix_of("198.18.0.8");

	(void)state;
	hold("198.18.0.7", "alice", 50, 250);
	hold("198.18.0.7", "bob", 250, SW_FOREVER_MS);
	hold("198.18.0.8", "alice", 250, SW_FOREVER_MS);
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 200, 5);
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 200, 5); /* the same again */
	assert_listed("alice/open/medium/5");
	tell("198.18.0.8", "cnc", SW_SEVERITY_HIGH, 300, 2);   /* her new address */
	tell("198.18.0.7", "cnc_in", SW_SEVERITY_LOW, 300, 1); /* his now */
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, 300, 7);
	assert_listed("alice/open/high/7 198.18.0.9/open/medium/7 bob/open/low/1");
	assert_int_equal(sw_case_of_address(store, &address, 300, &found, &error), 1);
	assert_string_equal(found.account, "alice");
	assert_string_equal(found.sentence, "it does cnc");
	assert_string_equal(found.address, "198.18.0.8");
	address = prefix_of("198.18.0.9");
	assert_int_equal(sw_case_of_address(store, &address, 300, &found, &error), 1);
	assert_events(1, "signal signal opened graver");
}

static int list_signal(void *ctx, const struct sw_signal *signal)
{
	(void)ctx;
	sprintf(listed + strlen(listed), "%s%s:%llu since %lld", listed[0] ? " " : "", signal->kind,
		signal->count, signal->first_ms);
	return 0;
}

static void assert_signals(__s64 id, const char *expected)
{
	listed[0] = '\0';
	assert_int_equal(sw_case_signals(store, id, list_signal, NULL, &error), 0);
	assert_string_equal(listed, expected);
}

/* Who counts knows addresses only, and has counted since 100. */
static void holds_against_nobody_what_another_did(void **state)
{
	(void)state;
	hold("198.18.0.7", "alice", 50, 250);
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 200, 5);
	hold("198.18.0.7", "bob", 250, SW_FOREVER_MS);
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 260, 5); /* her last, a bit late */
	assert_listed("alice/open/medium/5");
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 300, 7);
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 310, 8);
	assert_listed("alice/open/medium/5 bob/open/medium/3");
	assert_signals(1, "zombie:5 since 100");
	assert_signals(2, "zombie:3 since 250");
	hold("198.18.0.7", "alice", 400, SW_FOREVER_MS);
	tell("198.18.0.7", "zombie", SW_SEVERITY_MEDIUM, 450, 10);
	assert_listed("alice/open/medium/7 bob/open/medium/3");
}

/* That of so many connections so many fail is said of all of them. */
static void holds_against_nobody_what_two_did(void **state)
{
	struct sw_signal signal = {
		.address = prefix_of("198.18.0.7"),
		.kind = "suspect",
		.sentence = "it opened 290 connections",
		.first_ms = 100,
		.last_ms = 300,
		.count = 290,
		.whole = true,
	};

	(void)state;
	hold("198.18.0.7", "alice", 50, 250);
	hold("198.18.0.7", "bob", 250, SW_FOREVER_MS);
	assert_int_equal(sw_cases_signal(store, &signal, 300, &error), 0);
	assert_listed("");
	signal.first_ms = 250;
	assert_int_equal(sw_cases_signal(store, &signal, 300, &error), 0);
	assert_listed("bob/open/low/290");
}

static void sums_counts_that_begin_anew(void **state)
{
	(void)state;
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, 200, 5);
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, 300, 9);
	assert_listed("198.18.0.9/open/medium/9");
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, 400, 3);
	assert_listed("198.18.0.9/open/medium/12");
}

static void falls_silent(void **state)
{
	(void)state;
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, 200, 5);
	silence(1200);
	assert_listed("198.18.0.9/open/medium/5");
	silence(1201);
	assert_listed("198.18.0.9/quiet/medium/5");
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, 1300, 6);
	assert_listed("198.18.0.9/open/medium/6");
	silence(2400);
	silence(7301);
	assert_listed("198.18.0.9/closed/medium/6");
	assert_events(1, "signal opened quiet active quiet closed");
	tell("198.18.0.9", "cnc_in", SW_SEVERITY_LOW, 7400, 1);
	assert_listed("198.18.0.9/open/low/7"); /* a relapse is weighed anew */
	silence(9000);
	silence(14000);
	silence(34001);
	assert_listed("");
	assert_events(1, "");
}

static void closes_by_hand(void **state)
{
	__s64 now = sw_wall_ms();
	struct sw_case found;
	__u64 count[SW_CASE_STATES];

	(void)state;
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, now - 10, 5);
	assert_int_equal(sw_case_note(store, 1, "told by phone", &error), 0);
	assert_int_equal(sw_case_close(store, 1, "cleaned", &error), 0);
	assert_int_equal(sw_case_get(store, 1, &found, &error), 1);
	assert_int_equal(found.state, SW_CASE_CLOSED);
	assert_string_equal(found.why, "cleaned");
	/* What is of before is none. */
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, now - 5, 6);
	assert_listed("198.18.0.9/closed/medium/5");
	/* The clock was set back by ten minutes. */
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, now - 600000, 7);
	assert_listed("198.18.0.9/open/medium/7");
	assert_int_equal(sw_case_close(store, 1, "cleaned", &error), 0);
	tell("198.18.0.9", "zombie", SW_SEVERITY_MEDIUM, now + 60000, 8);
	assert_listed("198.18.0.9/open/medium/8");
	assert_int_equal(sw_case_close(store, 1, "again", &error), 0);
	assert_int_equal(sw_case_reopen(store, 1, &error), 0);
	assert_int_equal(sw_cases_count(store, count, &error), 0);
	assert_int_equal(count[SW_CASE_OPEN], 1);
	assert_int_equal(count[SW_CASE_CLOSED], 0);
	assert_int_equal(sw_case_get(store, 2, &found, &error), 0);
}

/* A list of many is read in the order of an index, and by nothing else. */
static void lists_by_an_index(void **state)
{
	sqlite3_stmt *statement = NULL;
	char plan[512] = "";

	(void)state;
	assert_int_equal(sw_db_prepare(store,
				       "EXPLAIN QUERY PLAN SELECT id, account, sentence FROM cases "
				       "WHERE state <= 1 ORDER BY state, severity DESC, opened",
				       &statement, &error),
			 0);
	while (sw_db_step(store, statement, &error) == SW_DB_ROW)
		sw_db_text(statement, 3, plan + strlen(plan), sizeof(plan) - strlen(plan));
	sqlite3_finalize(statement);
	assert_non_null(strstr(plan, "USING INDEX cases_rank"));
	assert_null(strstr(plan, "TEMP B-TREE"));
	assert_null(strstr(plan, "SCAN"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(joins_what_is_one_subscribers),
		TEST(holds_against_nobody_what_another_did),
		TEST(holds_against_nobody_what_two_did),
		TEST(sums_counts_that_begin_anew),
		TEST(falls_silent),
		TEST(closes_by_hand),
		TEST(lists_by_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
