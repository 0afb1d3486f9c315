// SPDX-License-Identifier: GPL-2.0
/* Who is listed by the datapath itself, when, and who never is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "cast.h"
#include "check.h"
#include "spamweir.skel.h"

#define V4(a, b, c, d) ((__u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define SOURCE V4(198, 18, 0, 1)
#define SERVER V4(198, 19, 0, 25)
#define WINDOW_NS ((1ULL << 28) << SW_CONDUCT_WINDOW_BITS)
#define LISTED_NS (3600 * SW_SECOND_NS)
#define LEAST 10

static struct sw_detected *detected;
static struct sw_conduct *conduct;
static struct sw_ledger *ledger;

/* Without a limit; of ten servers on, of 20 where they answer, two at once. */
static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);
	struct spamweir_bpf *skel = check->rig.skel;
	struct sw_detection *detection;

	if (!conduct)
		conduct = sw_rig_map(bpf_map__fd(skel->maps.conduct), sizeof(*conduct));
	if (!detected)
		detected = sw_rig_map(bpf_map__fd(skel->maps.detected), sizeof(*detected));
	if (!ledger)
		ledger = sw_rig_map(bpf_map__fd(skel->maps.ledger), sizeof(*ledger));
	assert_non_null(conduct);
	assert_non_null(detected);
	assert_non_null(ledger);
	memset(ledger, 0, sizeof(*ledger));
	memset(conduct, 0, sizeof(*conduct));
	memset(detected, 0, sizeof(*detected));
	sw_cast(&check->world, check->now_ns);
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ 0 };
	check->now_ns = 10 * WINDOW_NS;
	sw_check_publish(check);
	detection = &check->rig.policy->settings.detection;
	*detection = (struct sw_detection){
		.limits = { .servers = LEAST, .servers_answered = 2 * LEAST },
		.max_listed = 2,
		.listed_ns = LISTED_NS,
		.settle = 4,
		.length = check->world.source_prefix,
	};
	return check;
}

/* Judged by the programs alone: of suspects the model knows nothing. */
static enum sw_reason judge(struct sw_check *check, enum sw_role role, struct sw_spec spec)
{
	struct sw_outcome got;

	sw_frame_build(&check->frame, &spec);
	sw_rig_clock(&check->rig, check->now_ns);
	assert_int_equal(sw_rig_run(&check->rig, role, check->frame.data, check->frame.len,
				    SW_FRAME_ALL, &got),
			 0);
	return got.reason;
}

static enum sw_reason open_to(struct sw_check *check, __u32 source, unsigned server)
{
	return judge(check, SW_ACCESS, sw_spec_smtp(SW_IPV4, source, SERVER + server));
}

static void call_home(struct sw_check *check, __u32 source)
{
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, source, sw_cast_dst(SW_PART_CNC, SW_IPV4));

	spec.dport = 6667;
	assert_int_equal(judge(check, SW_ACCESS, spec), SW_CNC_DST);
}

/* Comes in on the other NIC, from a server to who tried it. */
static void come_back(struct sw_check *check, __u32 source, unsigned server, __u8 flags)
{
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, SERVER + server, source);

	spec.sport = 25;
	spec.dport = 40000;
	spec.flags = flags;
	spec.seq = 0;
	assert_int_equal(judge(check, SW_UPSTREAM, spec), SW_CLEAN);
}

/* Tries so many servers, at once. */
static void blast(struct sw_check *check, __u32 source, unsigned servers)
{
	unsigned i;

	for (i = 0; i < servers; i++)
		assert_int_equal(open_to(check, source, i), SW_SMTP_OK);
}

/* And one more time, when a second has passed: it is listed by that. */
static void blast_until_listed(struct sw_check *check, __u32 source)
{
	blast(check, source, 4 * LEAST);
	check->now_ns += 2 * SW_SECOND_NS;
	assert_int_equal(open_to(check, source, 0), SW_SMTP_OK);
}

static bool find(struct sw_check *check, __u32 source, struct sw_live *entry)
{
	struct sw_live_key key = {
		{ [10] = 0xff, [11] = 0xff, source >> 24, source >> 16, source >> 8, source }
	};

	return !bpf_map_lookup_elem(bpf_map__fd(check->rig.skel->maps.live), &key, entry);
}

static void test_is_listed_when_it_shows_for_a_second(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live entry;

	blast(check, SOURCE, 4 * LEAST);
	check->now_ns += SW_SECOND_NS / 4;
	blast(check, SOURCE, 2);
	assert_false(find(check, SOURCE, &entry));
	check->now_ns += 2 * SW_SECOND_NS;
	blast(check, SOURCE, 1);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_DETECTED);
	assert_int_equal(entry.length, 128);
	assert_int_equal(entry.since_ns, check->now_ns);
	assert_int_equal(entry.until_ns, check->now_ns + LISTED_NS);
	assert_int_equal(strncmp(entry.why, "servers: ", strlen("servers: ")), 0);
	assert_non_null(strstr(entry.why, " tried, 0 of 43 answered"));
	assert_int_equal(open_to(check, SOURCE, 1), SW_ZOMBIE_LIVE);
	assert_int_equal(detected->listed, 1);
	check->now_ns += LISTED_NS;
	assert_int_equal(open_to(check, SOURCE, 1), SW_SMTP_OK);
}

static void test_ipv6_is_listed_by_its_prefix(void **state)
{
	struct sw_check *check = begin(state);
	sw_u128 src = sw_cast_src(SW_PART_CLEAN, SW_IPV6),
		dst = sw_cast_dst(SW_PART_CLEAN, SW_IPV6);
	int i;

	for (i = 0; i < 4 * LEAST; i++)
		assert_int_equal(judge(check, SW_ACCESS, sw_spec_smtp(SW_IPV6, src + i, dst + i)),
				 SW_SMTP_OK);
	check->now_ns += 2 * SW_SECOND_NS;
	judge(check, SW_ACCESS, sw_spec_smtp(SW_IPV6, src, dst));
	assert_int_equal(judge(check, SW_ACCESS, sw_spec_smtp(SW_IPV6, src + 99, dst)),
			 SW_ZOMBIE_LIVE);
}

static void test_who_is_never_listed(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec answer = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	struct sw_live entry;
	unsigned i;

	blast(check, SOURCE, LEAST - 1);      /* too few */
	for (i = 0; i < 2 * LEAST - 1; i++) { /* few enough, and all of them answer */
		open_to(check, SOURCE + 1, i);
		come_back(check, SOURCE + 1, i, SW_SYN | SW_ACK);
	}
	answer.src = SOURCE + 2; /* answers on port 25 */
	answer.sport = 25;
	answer.flags = SW_SYN | SW_ACK;
	judge(check, SW_ACCESS, answer);
	blast(check, SOURCE + 2, 4 * LEAST);
	for (i = 0; i < 4 * LEAST; i++) /* as a remote source */
		judge(check, SW_UPSTREAM, sw_spec_smtp(SW_IPV4, SOURCE + 3, SERVER + i));
	check->now_ns += 2 * SW_SECOND_NS;
	for (i = 0; i < 3; i++) {
		open_to(check, SOURCE + i, 0);
		assert_false(find(check, SOURCE + i, &entry));
	}
	judge(check, SW_UPSTREAM, sw_spec_smtp(SW_IPV4, SOURCE + 3, SERVER));
	assert_false(find(check, SOURCE + 3, &entry));
	check->rig.policy->settings.detection.limits.servers_too = 1;
	open_to(check, SOURCE + 2, 0);
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE + 2, 0);
	assert_true(find(check, SOURCE + 2, &entry));
}

/* An answer that was under way when the line was crossed takes it back. */
static void test_answers_that_come_late(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live entry;
	unsigned i;

	blast(check, SOURCE, LEAST + 2);
	for (i = 0; i < LEAST + 2; i++)
		come_back(check, SOURCE, i, SW_SYN | SW_ACK);
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE, 0);
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE, 0);
	assert_false(find(check, SOURCE, &entry));
}

/* Failures are those of SYNs that passed. */
static void test_what_is_dropped_here_is_no_failure(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_suspect_limits *limits = &check->rig.policy->settings.detection.limits;
	struct sw_live entry;
	unsigned i;

	*limits = (struct sw_suspect_limits){ .failed = 1419, .answered = 1420, .enough = 4706 };
	check->rig.policy->settings.rate[SW_ACCESS] =
		(struct sw_rate){ SW_RATE_CLOSED, 0 }; /* all are dropped */
	for (i = 0; i < LEAST; i++)
		assert_int_equal(open_to(check, SOURCE, i), SW_SMTP_CLOSED);
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE, 0);
	assert_false(find(check, SOURCE, &entry));
	/* Then comes what is only on trial, and tells nothing of these. */
	for (i = 1; i < SW_MAX_FEEDS; i++)
		check->rig.policy->settings.feed[i].monitor = 1;
	call_home(check, SOURCE);
	for (i = 1; i < SW_MAX_FEEDS; i++)
		check->rig.policy->settings.feed[i].monitor = 0;
	check->rig.policy->settings.rate[SW_ACCESS] = (struct sw_rate){ 0 };
	open_to(check, SOURCE, 0);
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE, 0);
	assert_false(find(check, SOURCE, &entry));
	for (i = 0; i < LEAST; i++) {
		open_to(check, SOURCE + 1, i);
		come_back(check, SOURCE + 1, i, SW_RST | SW_ACK);
	}
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE + 1, 0);
	assert_true(find(check, SOURCE + 1, &entry));
	assert_int_equal(strncmp(entry.why, "failures: ", strlen("failures: ")), 0);
}

/* On a NIC that monitors all of them pass, and fail by themselves. */
static void test_what_a_nic_only_monitors_is_a_failure(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_settings *settings = &check->rig.policy->settings;
	struct sw_live entry;
	unsigned i;

	settings->detection.limits =
		(struct sw_suspect_limits){ .failed = 1419, .answered = 1420, .enough = 4706 };
	settings->monitor_interfaces = 1ULL << SW_RIG_INTERFACE;
	settings->rate[SW_ACCESS] = (struct sw_rate){ SW_RATE_CLOSED, 0 };
	for (i = 0; i < LEAST; i++)
		assert_int_equal(open_to(check, SOURCE, i), SW_SMTP_CLOSED);
	check->now_ns += 2 * SW_SECOND_NS;
	open_to(check, SOURCE, 0);
	assert_true(find(check, SOURCE, &entry));
}

static void test_no_more_than_may_be(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live entry;
	int i;

	for (i = 0; i < 3; i++)
		blast_until_listed(check, SOURCE + i);
	assert_true(find(check, SOURCE, &entry) && find(check, SOURCE + 1, &entry));
	assert_false(find(check, SOURCE + 2, &entry));
	assert_int_equal(detected->listed, 2);
	assert_int_equal(detected->refused, 1);
	assert_int_equal(detected->refused_ns, check->now_ns);
	/* When the first one's time is over there is a place, in another window. */
	check->now_ns += LISTED_NS;
	blast_until_listed(check, SOURCE + 2);
	assert_true(find(check, SOURCE + 2, &entry));
	assert_int_equal(detected->listed, 3);
}

/* Who has ended lies in the map until somebody sweeps. */
static void test_who_has_ended_is_listed_again(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live entry;
	int i;

	for (i = 0; i < 3; i++) {
		blast_until_listed(check, SOURCE);
		assert_true(find(check, SOURCE, &entry));
		assert_int_equal(entry.since_ns, check->now_ns);
		check->now_ns += LISTED_NS + WINDOW_NS;
	}
	assert_int_equal(detected->listed, 3);
}

static void test_who_was_lifted_is_not_listed_in_this_window(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live_key key = { { [10] = 0xff,
				     [11] = 0xff,
				     SOURCE >> 24,
				     SOURCE >> 16 & 0xff,
				     SOURCE >> 8 & 0xff,
				     SOURCE & 0xff } };
	struct sw_live entry;

	blast_until_listed(check, SOURCE);
	assert_int_equal(bpf_map_delete_elem(bpf_map__fd(check->rig.skel->maps.live), &key), 0);
	blast(check, SOURCE, 4 * LEAST);
	check->now_ns += 2 * SW_SECOND_NS;
	blast(check, SOURCE, 4 * LEAST);
	assert_false(find(check, SOURCE, &entry));
	check->now_ns += WINDOW_NS;
	blast(check, SOURCE, LEAST - 1); /* behaves, in the next */
	check->now_ns += 2 * SW_SECOND_NS;
	assert_int_equal(open_to(check, SOURCE, 0), SW_SMTP_OK);
	assert_false(find(check, SOURCE, &entry));
	check->now_ns += WINDOW_NS;
	blast_until_listed(check, SOURCE);
	assert_true(find(check, SOURCE, &entry));
}

static void test_nobody_unless_it_is_said(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live entry;

	check->rig.policy->settings.detection = (struct sw_detection){ 0 };
	blast_until_listed(check, SOURCE);
	assert_false(find(check, SOURCE, &entry));
	assert_int_equal(detected->listed + detected->refused, 0);
}

/* Ten servers slow, the limits of `list` are out of reach. */
static struct sw_detection *slow_down(struct sw_check *check)
{
	struct sw_detection *detection = &check->rig.policy->settings.detection;

	detection->slow = detection->limits;
	detection->limits = (struct sw_suspect_limits){ 0 };
	detection->class = SW_MAX_CLASSES - 1;
	check->rig.policy->settings.rate[detection->class] =
		(struct sw_rate){ 10 * SW_SECOND_US, 10 * SW_SECOND_US };
	if (check->rig.policy->settings.horizon < 40 * SW_SECOND_US)
		check->rig.policy->settings.horizon = 40 * SW_SECOND_US;
	return detection;
}

/* How many of so many connections, a second apart, to so many servers, pass. */
static unsigned passed(struct sw_check *check, __u32 source, unsigned servers, unsigned connections)
{
	static __u16 port;
	unsigned i, pass = 0;

	for (i = 0; i < connections; i++) {
		struct sw_spec spec = sw_spec_smtp(SW_IPV4, source, SERVER + i % servers);
		enum sw_reason reason;

		check->now_ns += SW_SECOND_NS;
		spec.sport = 20000 + port++ % 10000;
		reason = judge(check, SW_ACCESS, spec);
		assert_true(reason == SW_SMTP_OK || reason == SW_RATE_LIMIT);
		pass += reason == SW_SMTP_OK;
	}
	return pass;
}

static void test_is_slowed(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_live entry;

	slow_down(check);
	blast_until_listed(check, SOURCE);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_SLOWED);
	assert_int_equal(entry.until_ns, check->now_ns + LISTED_NS);
	assert_int_equal(strncmp(entry.why, "servers: ", strlen("servers: ")), 0);
	assert_int_equal(passed(check, SOURCE, 4, 100), 2 + 9); /* a burst of 2, then 6/min */
	assert_int_equal(passed(check, SOURCE + 1, 4, 100), 100);
	assert_int_equal(detected->listed, 1);
	check->now_ns += WINDOW_NS;
	passed(check, SOURCE, 40, 100); /* goes on, and takes no other place */
	assert_int_equal(detected->listed, 1);
	assert_int_equal(detected->refused, 0);
	check->now_ns += LISTED_NS + 2 * WINDOW_NS;
	assert_int_equal(passed(check, SOURCE, 4, 5), 5);
}

/* Where the source's own rate lets less through, that one stays. */
static void test_is_not_made_faster(void **state)
{
	struct sw_check *check = begin(state);

	slow_down(check);
	blast_until_listed(check, SOURCE);
	check->rig.policy->settings.rate[SW_ACCESS] = (struct sw_rate){ 20 * SW_SECOND_US, 0 };
	assert_int_equal(passed(check, SOURCE, 4, 100), 5);
	check->rig.policy->settings.rate[SW_ACCESS] = (struct sw_rate){ SW_RATE_CLOSED, 0 };
	assert_int_equal(open_to(check, SOURCE, 0), SW_SMTP_CLOSED);
}

/* Of two rates that are alike the smaller burst counts, whosever it is. */
static void test_of_equal_rates_the_smaller_burst_counts(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_rate *own = &check->rig.policy->settings.rate[SW_ACCESS];

	check->rig.policy->settings.horizon = 400 * SW_SECOND_US;
	slow_down(check); /* a burst of 2, then 6/min */
	blast_until_listed(check, SOURCE);
	*own = (struct sw_rate){ 10 * SW_SECOND_US, 9 * 10 * SW_SECOND_US };
	assert_int_equal(passed(check, SOURCE, 4, 100), 2 + 9);
	assert_int_equal(passed(check, SOURCE + 1, 4, 100), 10 + 9);
	check->now_ns += 400 * SW_SECOND_NS; /* both are full again */
	*own = (struct sw_rate){ 10 * SW_SECOND_US, 0 };
	assert_int_equal(passed(check, SOURCE, 4, 100), 1 + 9);
}

/* Who is slowed by one rule, is listed by another, in the same window. */
static void test_who_is_slowed_is_listed(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_detection *detection = slow_down(check);
	struct sw_live entry;

	detection->limits.servers = detection->limits.servers_answered = 60;
	blast_until_listed(check, SOURCE);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_SLOWED);
	passed(check, SOURCE, 4, 20);
	detection->limits.servers = detection->limits.servers_answered = 20;
	passed(check, SOURCE, 4, 1);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_SLOWED); /* not for a second yet */
	check->now_ns += 2 * SW_SECOND_NS;
	passed(check, SOURCE, 4, 1);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_DETECTED);
	assert_int_equal(open_to(check, SOURCE, 1), SW_ZOMBIE_LIVE);
	assert_int_equal(detected->listed, 2);
}

static struct sw_check *begin_contacts(void **state, enum sw_origin origin)
{
	struct sw_check *check = begin(state);
	struct sw_detection *detection = &check->rig.policy->settings.detection;

	detection->limits = (struct sw_suspect_limits){ 0 };
	detection->contact = origin;
	detection->contact_within = 600 * 4;
	return check;
}

static void test_who_calls_a_cnc_address(void **state)
{
	struct sw_check *check = begin_contacts(state, SW_ORIGIN_DETECTED);
	__u32 cnc = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	char why[64];
	struct sw_live entry;

	call_home(check, SOURCE);
	assert_false(find(check, SOURCE, &entry)); /* it sends no mail: there is nothing to end */
	assert_int_equal(open_to(check, SOURCE, 0), SW_SMTP_OK);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_DETECTED);
	snprintf(why, sizeof(why), "contact: C&C address %u.%u.%u.%u", cnc >> 24, cnc >> 16 & 0xff,
		 cnc >> 8 & 0xff, cnc & 0xff);
	assert_string_equal(entry.why, why);
	assert_int_equal(open_to(check, SOURCE, 0), SW_ZOMBIE_LIVE);
	assert_int_equal(open_to(check, SOURCE + 1, 0), SW_SMTP_OK);
	assert_false(find(check, SOURCE + 1, &entry));
}

/* Who was listed in a window before the last is as anybody: a contact in the last one counts. */
static void test_who_was_listed_long_ago(void **state)
{
	struct sw_check *check = begin_contacts(state, SW_ORIGIN_DETECTED);
	struct sw_live entry;

	call_home(check, SOURCE);
	open_to(check, SOURCE, 0);
	assert_true(find(check, SOURCE, &entry));
	check->now_ns = 14 * WINDOW_NS - 10 * SW_SECOND_NS; /* its time is over since long */
	call_home(check, SOURCE);
	check->now_ns = 14 * WINDOW_NS + SW_SECOND_NS;
	assert_int_equal(open_to(check, SOURCE, 1), SW_SMTP_OK);
	assert_int_equal(open_to(check, SOURCE, 2), SW_ZOMBIE_LIVE);
	assert_int_equal(detected->listed, 2);
}

static void test_whose_contacts_are_nothing(void **state)
{
	struct sw_check *check = begin_contacts(state, SW_ORIGIN_SLOWED);
	struct sw_spec answer = sw_spec_smtp(SW_IPV4, SOURCE + 2, SERVER);
	struct sw_live entry;

	call_home(check, SOURCE); /* long ago */
	check->now_ns += 1200 * SW_SECOND_NS;
	open_to(check, SOURCE, 0);
	assert_false(find(check, SOURCE, &entry));
	answer.sport = 25; /* it answers on port 25 */
	answer.flags = SW_SYN | SW_ACK;
	judge(check, SW_ACCESS, answer);
	call_home(check, SOURCE + 2);
	open_to(check, SOURCE + 2, 0);
	assert_false(find(check, SOURCE + 2, &entry));
	check->rig.policy->settings.detection.limits.servers_too = 1;
	open_to(check, SOURCE + 2, 0);
	assert_true(find(check, SOURCE + 2, &entry));
	assert_int_equal(entry.origin, SW_ORIGIN_SLOWED);
}

/* A server that a C&C address tries, and that monitor mode lets answer. */
static void test_who_answers_a_cnc_address(void **state)
{
	struct sw_check *check = begin_contacts(state, SW_ORIGIN_DETECTED);
	__u32 cnc = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	struct sw_spec tries = sw_spec_smtp(SW_IPV4, cnc, SOURCE);
	struct sw_live entry;

	check->rig.policy->settings.monitor = 1;
	tries.dport = 443;
	assert_int_equal(judge(check, SW_UPSTREAM, tries), SW_CNC_SRC);
	call_home(check, SOURCE);
	open_to(check, SOURCE, 0);
	assert_false(find(check, SOURCE, &entry));
	call_home(check, SOURCE + 1); /* which is answered */
	tries = sw_spec_smtp(SW_IPV4, cnc, SOURCE + 1);
	assert_int_equal(judge(check, SW_UPSTREAM, tries), SW_CNC_SRC);
	call_home(check, SOURCE + 1);
	open_to(check, SOURCE + 1, 0);
	assert_true(find(check, SOURCE + 1, &entry));
	check->rig.policy->settings.monitor = 0; /* what is dropped is not answered */
	call_home(check, SOURCE);
	open_to(check, SOURCE, 0);
	assert_true(find(check, SOURCE, &entry));
}

/* Whom a person lifts, stays so, in the same window. */
static void test_who_was_lifted_after_a_contact(void **state)
{
	struct sw_check *check = begin_contacts(state, SW_ORIGIN_DETECTED);
	struct sw_live_key key = { { [10] = 0xff,
				     [11] = 0xff,
				     SOURCE >> 24,
				     SOURCE >> 16 & 0xff,
				     SOURCE >> 8 & 0xff,
				     SOURCE & 0xff } };
	struct sw_live entry;
	unsigned i;

	call_home(check, SOURCE);
	for (i = 0; i < 3; i++)
		open_to(check, SOURCE, i);
	assert_true(find(check, SOURCE, &entry));
	assert_int_equal(bpf_map_delete_elem(bpf_map__fd(check->rig.skel->maps.live), &key), 0);
	for (i = 0; i < 20; i++)
		open_to(check, SOURCE, i);
	assert_false(find(check, SOURCE, &entry));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_listed_when_it_shows_for_a_second),
		cmocka_unit_test(test_ipv6_is_listed_by_its_prefix),
		cmocka_unit_test(test_who_is_never_listed),
		cmocka_unit_test(test_answers_that_come_late),
		cmocka_unit_test(test_what_is_dropped_here_is_no_failure),
		cmocka_unit_test(test_what_a_nic_only_monitors_is_a_failure),
		cmocka_unit_test(test_no_more_than_may_be),
		cmocka_unit_test(test_who_has_ended_is_listed_again),
		cmocka_unit_test(test_who_was_lifted_is_not_listed_in_this_window),
		cmocka_unit_test(test_nobody_unless_it_is_said),
		cmocka_unit_test(test_is_slowed),
		cmocka_unit_test(test_is_not_made_faster),
		cmocka_unit_test(test_of_equal_rates_the_smaller_burst_counts),
		cmocka_unit_test(test_who_is_slowed_is_listed),
		cmocka_unit_test(test_who_calls_a_cnc_address),
		cmocka_unit_test(test_who_was_listed_long_ago),
		cmocka_unit_test(test_whose_contacts_are_nothing),
		cmocka_unit_test(test_who_answers_a_cnc_address),
		cmocka_unit_test(test_who_was_lifted_after_a_contact),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
