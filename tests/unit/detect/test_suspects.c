// SPDX-License-Identifier: GPL-2.0
/* By which numbers somebody is a suspect, and what is said of him. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "config/suspects.h"
#include "detect/suspect.h"
#include "policy/suspect_limits.h"

#define SERVERS (1U << SW_RULE_SERVERS)
#define FAILURES (1U << SW_RULE_FAILURES)
#define SILENT (1U << SW_RULE_SILENT)

static struct sw_suspects_config defaults(void)
{
	struct sw_suspects_config config;

	sw_suspects_defaults(&config);
	return config;
}

struct row {
	const char *who;
	/* attempts, servers, answered, refused, open, listens */
	struct sw_suspect_counts seen;
	__u32 rules;
};

static void judge_rows(const struct sw_suspects_config *config, const struct row *rows,
		       size_t count)
{
	struct sw_suspect_limits limits = sw_suspect_limits(config, SW_ACTION_REPORT);
	size_t i;

	for (i = 0; i < count; i++) {
		if (sw_suspect_judge(&limits, &rows[i].seen) != rows[i].rules)
			fail_msg("%s: rules %#x, expected %#x", rows[i].who,
				 sw_suspect_judge(&limits, &rows[i].seen), rows[i].rules);
	}
}

static void judges_by_the_defaults(void **state)
{
	static const struct row rows[] = {
		{ "nobody", { 0 }, 0 },
		{ "a mail program", { 40, 1, 40, 0, 0, 0 }, 0 },
		{ "a mail program whose server is away", { 200, 1, 0, 0, 0, 0 }, 0 },
		{ "two servers, both away", { 50, 2, 0, 20, 0, 0 }, 0 },
		{ "three failures are not enough", { 3, 3, 0, 3, 0, 0 }, 0 },
		{ "four are", { 4, 4, 0, 4, 0, 0 }, FAILURES },
		{ "four without an answer are, too", { 4, 4, 0, 0, 0, 0 }, FAILURES },
		{ "four of which one is under way", { 4, 4, 0, 0, 1, 0 }, 0 },
		{ "four, dropped here", { 4, 4, 0, 0, 4, 0 }, 0 },
		{ "five, and one that answered", { 6, 6, 1, 5, 0, 0 }, SERVERS | FAILURES },
		{ "four, and one that answered", { 5, 5, 1, 4, 0, 0 }, 0 },
		{ "nine servers, all answered", { 9, 9, 9, 0, 0, 0 }, 0 },
		{ "ten servers, all answered", { 10, 10, 10, 0, 0, 0 }, 0 },
		{ "seven servers, of which two failed", { 7, 7, 5, 2, 0, 0 }, 0 },
		{ "six servers, half of them answered", { 6, 6, 3, 3, 0, 0 }, SERVERS },
		{ "eleven servers, of which two failed", { 11, 11, 9, 2, 0, 0 }, 0 },
		{ "eleven servers, of which three failed", { 11, 11, 8, 3, 0, 0 }, SERVERS },
		{ "twelve servers, of which three failed", { 12, 12, 9, 3, 0, 0 }, 0 },
		{ "twelve servers, of which four failed", { 12, 12, 8, 4, 0, 0 }, SERVERS },
		{ "22 servers, of which four failed", { 22, 22, 18, 4, 0, 0 }, 0 },
		{ "22 servers, of which five failed", { 22, 22, 17, 5, 0, 0 }, SERVERS },
		{ "five servers, of which three failed", { 5, 5, 2, 3, 0, 0 }, 0 },
		{ "ten servers, half of them answered", { 10, 10, 5, 5, 0, 0 }, SERVERS },
		{ "ten servers, nothing known of the answers", { 10, 10, 0, 0, 10, 0 }, SERVERS },
		{ "99 servers, all answered", { 500, 99, 500, 0, 0, 0 }, 0 },
		{ "100 servers, all answered", { 500, 100, 500, 0, 0, 0 }, SERVERS },
		{ "answers that were sent again", { 20, 20, 90, 0, 0, 0 }, 0 },
		{ "a blaster", { 290, 115, 78, 0, 0, 0 }, SERVERS | FAILURES },
		{ "a mail server", { 900, 120, 700, 100, 0, 1 }, 0 },
		{ "one with a queue for dead hosts", { 60, 8, 40, 10, 0, 0 }, 0 },
		{ "much sent to few", { 100000, 3, 100000, 0, 0, 0 }, 0 },
		{ "as much as is counted", { ~0U, 128, ~0U, 0, 0, 0 }, SERVERS },
	};
	const struct sw_suspects_config config = defaults();

	(void)state;
	judge_rows(&config, rows, SW_COUNT(rows));
}

static void heeds_what_is_configured(void **state)
{
	static const struct row rows[] = {
		{ "a mail server is not spared", { 50, 20, 0, 40, 0, 1 }, SERVERS },
		{ "nor if it is answered, here", { 50, 20, 50, 0, 0, 1 }, SERVERS },
		{ "who answers is not silent", { 500, 1, 500, 0, 0, 1 }, 0 },
		{ "who does not, is", { 30, 1, 30, 0, 0, 0 }, SILENT },
		{ "from so many connections on", { 29, 1, 29, 0, 0, 0 }, 0 },
		{ "failures are not judged by", { 5, 5, 0, 5, 0, 0 }, 0 },
	};
	struct sw_suspects_config config = defaults();

	(void)state;
	config.servers_too = true;
	config.servers_answered = config.servers;
	config.silent = 30;
	config.action[SW_RULE_SILENT] = SW_ACTION_REPORT;
	config.action[SW_RULE_FAILURES] = SW_ACTION_OFF;
	judge_rows(&config, rows, SW_COUNT(rows));
}

/* Of TRW's own example, theta0 0.8, theta1 0.2, alpha and beta 0.01: ln 4 and ln 99. */
static void has_the_weights_of_the_test(void **state)
{
	const struct sw_suspects_config config = defaults();
	struct sw_suspect_limits limits = sw_suspect_limits(&config, SW_ACTION_REPORT);

	(void)state;
	assert_int_equal(limits.failed, 1419);	 /* 1.386294 * 1024, rounded down */
	assert_int_equal(limits.answered, 1420); /* up */
	assert_int_equal(limits.enough, 4706);	 /* 4.595120 * 1024, up */
}

static void no_action_means_no_limit(void **state)
{
	struct sw_suspects_config config = defaults();
	struct sw_suspect_limits limits;
	int rule;

	(void)state;
	for (rule = 0; rule < SW_SUSPECT_RULES; rule++)
		config.action[rule] = SW_ACTION_OFF;
	limits = sw_suspect_limits(&config, SW_ACTION_REPORT);
	assert_int_equal(limits.servers | limits.failed | limits.answered | limits.enough |
				 limits.silent,
			 0);
}

static struct sw_suspect rated(struct sw_suspect_counts seen, __u64 contacts)
{
	const struct sw_suspects_config config = defaults();
	const struct sw_suspect_limits limits = sw_suspect_limits(&config, SW_ACTION_REPORT);
	struct sw_suspect suspect = {
		.subject = { 0xc6120307, SW_IPV4, 32 },
		.seen = seen,
		.span_s = 600,
		.contacts = contacts,
		.peer = { 0xcb007107, contacts ? SW_IPV4 : SW_NO_FAMILY, 32 },
		.last_s = 1767225600,
	};

	sw_suspect_rate(&suspect, &limits);
	return suspect;
}

static void assert_says(struct sw_suspect suspect, const char *expected)
{
	char sentence[SW_SENTENCE];

	assert_string_equal(sw_suspect_sentence(&suspect, sentence), expected);
}

static void says_why(void **state)
{
	(void)state;
	assert_says(rated((struct sw_suspect_counts){ 290, 115, 78, 12, 0, 0 }, 0),
		    "198.18.3.7 opened 290 connections to at least 115 mail servers in 10 minutes, "
		    "200 of them never answered, 12 refused; a customer's mail program uses one or "
		    "two");
	assert_says(rated((struct sw_suspect_counts){ 500, 100, 500, 0, 0, 0 }, 0),
		    "198.18.3.7 opened 500 connections to at least 100 mail servers in 10 minutes; "
		    "a customer's mail program uses one or two");
	assert_says(rated((struct sw_suspect_counts){ 5, 5, 0, 5, 0, 0 }, 0),
		    "198.18.3.7 opened 5 connections to 5 mail servers in 10 minutes, 5 of them "
		    "refused; those of a mail program or a mail server are answered nearly always");
	assert_says(rated((struct sw_suspect_counts){ 290, 115, 78, 12, 0, 0 }, 412),
		    "198.18.3.7 sent 412 packets to command servers of botnets, such as "
		    "203.0.113.7, the last at 2026-01-01T00:00:00Z; only infected machines talk to "
		    "these");
	assert_says(rated((struct sw_suspect_counts){ 0 }, 1),
		    "198.18.3.7 sent 1 packet to command servers of botnets, such as 203.0.113.7, "
		    "the last at 2026-01-01T00:00:00Z; only infected machines talk to these");
	assert_says(rated((struct sw_suspect_counts){ 31, 1, 31, 0, 0, 1 }, 0),
		    "198.18.3.7 opened 31 connections to 1 mail server in 10 minutes, 31 answered, "
		    "and answers on a mail port itself");
}

static void ranks_by_how_much_is_against_it(void **state)
{
	(void)state;
	assert_int_equal(rated((struct sw_suspect_counts){ 0 }, 1).severity, SW_SEVERITY_HIGH);
	assert_int_equal(rated((struct sw_suspect_counts){ 0 }, 1).rule, SW_RULE_CONTACT);
	assert_int_equal(rated((struct sw_suspect_counts){ 290, 115, 78, 0, 0, 0 }, 0).severity,
			 SW_SEVERITY_HIGH);
	assert_int_equal(rated((struct sw_suspect_counts){ 10, 10, 5, 5, 0, 0 }, 0).severity,
			 SW_SEVERITY_MEDIUM);
	assert_int_equal(rated((struct sw_suspect_counts){ 40, 40, 20, 20, 0, 0 }, 0).severity,
			 SW_SEVERITY_HIGH);
	assert_int_equal(rated((struct sw_suspect_counts){ 5, 5, 0, 5, 0, 0 }, 0).severity,
			 SW_SEVERITY_MEDIUM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_by_the_defaults),
		cmocka_unit_test(heeds_what_is_configured),
		cmocka_unit_test(has_the_weights_of_the_test),
		cmocka_unit_test(no_action_means_no_limit),
		cmocka_unit_test(says_why),
		cmocka_unit_test(ranks_by_how_much_is_against_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
