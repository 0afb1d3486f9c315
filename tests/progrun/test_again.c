// SPDX-License-Identifier: GPL-2.0
/* A SYN that is sent again is the same attempt. The model knows it too; these are the
 * cases by name, and what the model does not know: how much is remembered, and what is
 * counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
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
#define MS 1000000ULL

static struct sw_check *begin(void **state, __u64 per_minute, __u64 burst)
{
	struct sw_check *check = sw_check_of(state);
	int role;

	for (role = 0; role < SW_ROLES; role++)
		check->world.rate[role] =
			(struct sw_world_rate){ 60 * SW_SECOND_US / per_minute, burst };
	sw_check_publish(check);
	return check;
}

static void send_as(struct sw_check *check, enum sw_role role, const struct sw_spec *spec,
		    __u64 now_ms, enum sw_reason reason, const char *what)
{
	sw_frame_build(&check->frame, spec);
	check->now_ns = now_ms * MS;
	sw_check_reason(check, role, reason, what);
}

static void send(struct sw_check *check, const struct sw_spec *spec, __u64 now_ms,
		 enum sw_reason reason, const char *what)
{
	send_as(check, SW_ACCESS, spec, now_ms, reason, what);
}

static void read_attempts(struct sw_check *check, __u64 syns[SW_ATTEMPT_KINDS])
{
	struct sw_attempts rows[256];
	__u32 index = SW_RIG_INTERFACE;
	int cpus = libbpf_num_possible_cpus(), i, kind;

	assert_in_range(cpus, 1, 256);
	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(check->rig.skel->maps.attempts), &index,
					     rows),
			 0);
	memset(syns, 0, SW_ATTEMPT_KINDS * sizeof(*syns));
	for (i = 0; i < cpus; i++) {
		for (kind = 0; kind < SW_ATTEMPT_KINDS; kind++)
			syns[kind] += rows[i].syns[kind];
	}
}

/* A Postfix on Linux 6.5 or later flushes twenty mails into a dead relay: five of them
 * connect, thirty seconds each, nine SYNs each. */
static void test_a_mailer_that_flushes_into_a_dead_relay(void **state)
{
	static const unsigned after_s[] = { 0, 1, 2, 3, 4, 5, 7, 11, 19 };
	const int connects = 5, syns = sizeof(after_s) / sizeof(after_s[0]);
	struct sw_check *check = begin(state, 30, 10); /* the default of access */
	struct sw_spec spec[5], other;
	__u64 before[SW_ATTEMPT_KINDS], counted[SW_ATTEMPT_KINDS];
	int i, j;

	read_attempts(check, before);
	for (i = 0; i < connects; i++) {
		spec[i] = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
		spec[i].sport = 40000 + i;
	}
	for (j = 0; j < syns; j++) {
		for (i = 0; i < connects; i++)
			send(check, &spec[i], 1000000 + after_s[j] * 1000 + i, SW_SMTP_OK, "SYN");
	}
	read_attempts(check, counted);
	assert_int_equal(counted[SW_ATTEMPT_PASSED] - before[SW_ATTEMPT_PASSED], connects);
	assert_int_equal(counted[SW_AGAIN_PASSED] - before[SW_AGAIN_PASSED], connects * (syns - 1));
	assert_int_equal(counted[SW_ATTEMPT_LIMITED] - before[SW_ATTEMPT_LIMITED], 0);
	/* Five tokens were taken, 19 seconds ago: ten are there. */
	for (i = 0; i < 10; i++) {
		other = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
		send(check, &other, 1019004, SW_SMTP_OK, "what is left");
	}
	other = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	send(check, &other, 1019004, SW_RATE_LIMIT, "and no more");
	sw_check_done(check);
}

/* Each of these is what makes a connection another one. */
static void test_what_another_connection_is(void **state)
{
	struct sw_check *check = begin(state, 1, 1);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER), other;
	int i;

	send(check, &spec, 1000, SW_SMTP_OK, "first");
	for (i = 0; i < 4; i++) {
		other = spec;
		other.seq += i == 0;
		other.sport += i == 1;
		other.dst += i == 2;
		other.seq ^= i == 3 ? 1U << 31 : 0;
		send(check, &other, 1000, SW_RATE_LIMIT, "another");
		send(check, &spec, 1000, SW_SMTP_OK, "again");
	}
	send_as(check, SW_UPSTREAM, &spec, 1000, SW_SMTP_OK, "the other role has its own token");
	other = spec;
	other.seq++;
	send_as(check, SW_UPSTREAM, &other, 1000, SW_RATE_LIMIT, "which it took");
	spec.flags |= SW_FIN;
	send(check, &spec, 1000, SW_SMTP_OK, "other flags");
	sw_check_done(check);
}

static void test_two_minutes(void **state)
{
	struct sw_check *check = begin(state, 60, 1);
	struct sw_spec spec = sw_spec_smtp(SW_IPV6, (sw_u128)0x20010db8 << 96, 1), other;

	send(check, &spec, 1000, SW_SMTP_OK, "first");
	send(check, &spec, 121000, SW_SMTP_OK, "just within");
	other = spec;
	other.seq++;
	send(check, &other, 121000, SW_SMTP_OK, "no token was taken");
	send(check, &spec, 241000, SW_SMTP_OK, "two minutes after the last one");
	other.seq++;
	send(check, &other, 241000, SW_SMTP_OK, "no token was taken");
	other.seq++;
	send(check, &other, 361001, SW_SMTP_OK, "takes the token");
	send(check, &spec, 361001, SW_RATE_LIMIT, "a millisecond later: another connection");
	sw_check_done(check);
}

static void test_one_over_the_limit_asks_again(void **state)
{
	struct sw_check *check = begin(state, 6, 1);
	struct sw_spec first = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	struct sw_spec late = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	__u64 before[SW_ATTEMPT_KINDS], counted[SW_ATTEMPT_KINDS];

	read_attempts(check, before);
	send(check, &first, 1000, SW_SMTP_OK, "takes the token");
	send(check, &late, 1000, SW_RATE_LIMIT, "none left");
	send(check, &late, 2000, SW_RATE_LIMIT, "none yet");
	send(check, &late, 11000, SW_SMTP_OK, "one is there");
	send(check, &late, 12000, SW_SMTP_OK, "and pays for the next SYN too");
	read_attempts(check, counted);
	assert_int_equal(counted[SW_ATTEMPT_PASSED] - before[SW_ATTEMPT_PASSED], 1);
	assert_int_equal(counted[SW_ATTEMPT_LIMITED] - before[SW_ATTEMPT_LIMITED], 1);
	assert_int_equal(counted[SW_AGAIN_REFUSED] - before[SW_AGAIN_REFUSED], 1);
	assert_int_equal(counted[SW_AGAIN_ADMITTED] - before[SW_AGAIN_ADMITTED], 1);
	assert_int_equal(counted[SW_AGAIN_PASSED] - before[SW_AGAIN_PASSED], 1);
	sw_check_done(check);
}

static void test_who_is_listed_meanwhile_is_dropped(void **state)
{
	struct sw_check *check = begin(state, 6, 1);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);

	send(check, &spec, 1000, SW_SMTP_OK, "first");
	sw_world_list_address(&check->world, sw_world_feed(&check->world, SW_KIND_ZOMBIE, 9),
			      SW_IPV4, SOURCE);
	assert_int_equal(sw_rig_publish(&check->rig, &check->world), 0);
	send(check, &spec, 2000, SW_ZOMBIE_FEED, "again");
	sw_check_done(check);
}

static __u64 key_of(const struct sw_check *check, const struct sw_spec *spec)
{
	return sw_again_key(&check->rig.seed, (__u64)spec->src << 32 | (__u32)spec->dst,
			    sw_again_start(spec->sport, spec->dport, spec->seq), SW_ACCESS);
}

/* Nine SYNs of one line, each from a source with one token: the ninth takes the place
 * of the one that was seen longest ago, which is another connection then. The model
 * does not forget. */
static void test_a_full_line_forgets_the_oldest(void **state)
{
	struct sw_check *check = begin(state, 1, 1);
	struct sw_spec spec[SW_AGAIN_SLOTS + 1];
	__u32 line = 0, src;
	int found = 0, i;

	for (src = V4(10, 0, 0, 0); found <= SW_AGAIN_SLOTS; src++) {
		spec[found] = sw_spec_smtp(SW_IPV4, src, SERVER);
		if (!found)
			line = sw_again_line_of(key_of(check, &spec[0]));
		found += sw_again_line_of(key_of(check, &spec[found])) == line;
	}
	for (i = 0; i < SW_AGAIN_SLOTS; i++)
		send(check, &spec[i], 1000 + i, SW_SMTP_OK, "first");
	send(check, &spec[0], 1010, SW_SMTP_OK, "seen again: not the oldest any more");
	send(check, &spec[SW_AGAIN_SLOTS], 1011, SW_SMTP_OK, "takes the place of the second");
	for (i = 0; i <= SW_AGAIN_SLOTS; i++) {
		if (i != 1)
			send(check, &spec[i], 1020, SW_SMTP_OK, "known");
	}
	sw_check_done(check);
	sw_frame_build(&check->frame, &spec[1]);
	sw_check_frame(check, SW_ACCESS, "forgotten: the model says smtp_ok, which is right here");
	assert_int_equal(check->wrong, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_mailer_that_flushes_into_a_dead_relay),
		cmocka_unit_test(test_what_another_connection_is),
		cmocka_unit_test(test_two_minutes),
		cmocka_unit_test(test_one_over_the_limit_asks_again),
		cmocka_unit_test(test_who_is_listed_meanwhile_is_dropped),
		cmocka_unit_test(test_a_full_line_forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown);
}
