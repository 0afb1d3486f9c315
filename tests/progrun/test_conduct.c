// SPDX-License-Identifier: GPL-2.0
/* The conduct table: SYNs, attempts and servers of a source, in windows; and who is
 * forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "cast.h"
#include "check.h"
#include "heads.h"
#include "kernel/subject.h"
#include "random.h"
#include "spamweir.skel.h"

#define V4(a, b, c, d) ((__u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define SOURCE V4(198, 18, 0, 1)
#define SERVER V4(198, 19, 0, 25)
#define SLOW_NS (1ULL << 28) /* the slow clock's unit in tests */
#define WINDOW_NS (SLOW_NS << SW_CONDUCT_WINDOW_BITS)

static struct sw_conduct *conduct;

static int set_up_tunnels(void **state)
{
	conduct = NULL; /* those of other programs */
	return sw_check_setup_tunnels(state);
}

static void forget(struct sw_check *check)
{
	memset(conduct, 0, sizeof(*conduct));
	assert_int_equal(sw_rig_tally_forget(&check->rig), 0);
}

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	if (!conduct)
		conduct = sw_rig_map(bpf_map__fd(check->rig.skel->maps.conduct), sizeof(*conduct));
	assert_non_null(conduct);
	forget(check);
	sw_cast(&check->world, check->now_ns);
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){ SW_SECOND_US, 100 };
	sw_check_publish(check);
	check->now_ns = 10 * WINDOW_NS;
	return check;
}

static struct sw_spot spot_of(const struct sw_check *check, enum sw_side side, __u8 family,
			      sw_u128 address)
{
	return sw_spot(&check->rig.seed, address >> 64, address, family == SW_IPV6, side,
		       SW_CONDUCT_BITS);
}

static const struct sw_conduct_entry *find(const struct sw_check *check, enum sw_side side,
					   __u8 family, sw_u128 address)
{
	const struct sw_conduct_bucket *bucket;
	struct sw_spot spot;
	int i;

	if (family == SW_IPV6)
		address = sw_mask(address, 128, check->world.source_prefix);
	spot = spot_of(check, side, family, address);
	bucket = &conduct->bucket[spot.bucket];
	for (i = 0; i < SW_ROW_WAYS; i++) {
		if (sw_row_tag(bucket->row.word[i]) == spot.tag) {
			assert_true(sw_subject_is_of(&check->rig.seed, &bucket->entry[i].subject,
						     bucket->row.word[i], spot.bucket,
						     SW_CONDUCT_BITS));
			return &bucket->entry[i];
		}
	}
	return NULL;
}

/* What came back to it in the window at `time_ns`. */
static void expect_answers(const struct sw_check *check, enum sw_side side, __u8 family,
			   sw_u128 address, unsigned answered, unsigned refused, bool listens)
{
	const struct sw_conduct_entry *entry = find(check, side, family, address);
	__u64 window = check->now_ns / WINDOW_NS, word;
	size_t bucket, way;

	assert_non_null(entry);
	bucket = ((const char *)entry - (const char *)conduct) / sizeof(conduct->bucket[0]);
	way = entry - conduct->bucket[bucket].entry;
	word = conduct->bucket[bucket].answers[way][window % 2];
	if (word >> 48 != window % 65536)
		word = 0;
	assert_int_equal(word & 0x7fffff, answered);
	assert_int_equal(word >> 24 & 0x7fffff, refused);
	assert_int_equal(word >> 47 & 1, listens);
}

/* What the rows say and what was tallied, which is one. */
static struct sw_row_sum sum(struct sw_check *check, enum sw_side side)
{
	struct sw_row_sum sum = {};
	struct sw_tally_row tally;
	int i;

	for (i = 0; i < SW_CONDUCT_BUCKETS; i++) {
		if (sw_bucket_side(i, SW_CONDUCT_BITS) == side)
			sw_row_add(&conduct->bucket[i].row, &sum);
	}
	assert_int_equal(sum.evicted + sum.missed, 0); /* no row says that any more */
	assert_int_equal(sw_rig_tally(&check->rig, SW_TALLY_CONDUCT + side, &tally), 0);
	assert_int_equal(tally.claimed, sum.used);
	return (struct sw_row_sum){ sum.used, tally.evicted, tally.missed };
}

/* SYNs, attempts and bits of the window at `time_ns`. */
static void read_window(const struct sw_conduct_entry *entry, __u64 time_ns, unsigned got[3])
{
	__u64 window = time_ns / WINDOW_NS;
	const struct sw_conduct_bank *bank = &entry->bank[window % 2];

	memset(got, 0, 3 * sizeof(*got));
	if (bank->word >> 48 != window % 65536)
		return;
	got[0] = bank->word & 0xffffff;
	got[1] = bank->word >> 24 & 0xffffff;
	got[2] = __builtin_popcountll(bank->servers[0]) + __builtin_popcountll(bank->servers[1]);
}

static void expect(const struct sw_conduct_entry *entry, __u64 time_ns, unsigned syns,
		   unsigned attempts, unsigned servers)
{
	unsigned got[3];

	assert_non_null(entry);
	read_window(entry, time_ns, got);
	assert_int_equal(got[0], syns);
	assert_int_equal(got[1], attempts);
	assert_int_equal(got[2], servers);
}

static void send(struct sw_check *check, enum sw_role role, const struct sw_spec *spec,
		 enum sw_reason reason, const char *what)
{
	sw_frame_build(&check->frame, spec);
	sw_check_reason(check, role, reason, what);
}

/* What is sent again is a SYN, and no attempt; the same server is one bit. */
static void test_syns_attempts_and_servers(void **state)
{
	struct sw_check *check = begin(state);
	__u8 family;
	int i;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		sw_u128 src = sw_cast_src(SW_PART_CLEAN, family);
		sw_u128 dst = sw_cast_dst(SW_PART_CLEAN, family);
		struct sw_spec spec = sw_spec_smtp(family, src, dst);

		for (i = 0; i < 9; i++)
			send(check, SW_ACCESS, &spec, SW_SMTP_OK, "sent again");
		expect(find(check, SW_SIDE_SUBSCRIBER, family, src), check->now_ns, 9, 1, 1);
		spec = sw_spec_smtp(family, src, dst);
		send(check, SW_ACCESS, &spec, SW_SMTP_OK, "another, to the same server");
		expect(find(check, SW_SIDE_SUBSCRIBER, family, src), check->now_ns, 10, 2, 1);
		spec.flags = SW_ACK;
		send(check, SW_ACCESS, &spec, SW_SMTP_OK, "no SYN");
		expect(find(check, SW_SIDE_SUBSCRIBER, family, src), check->now_ns, 10, 2, 1);
		spec = sw_spec_smtp(family, src, dst);
		send(check, SW_UPSTREAM, &spec, SW_SMTP_OK, "as a remote source");
		expect(find(check, SW_SIDE_REMOTE, family, src), check->now_ns, 1, 1, 1);
		expect(find(check, SW_SIDE_SUBSCRIBER, family, src), check->now_ns, 10, 2, 1);
	}
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).used, 2);
	assert_int_equal(sum(check, SW_SIDE_REMOTE).used, 2);
	sw_check_done(check);
}

static void test_who_is_over_the_limit_is_noted_too(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec;
	int i;

	for (i = 0; i < 110; i++) {
		spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
		send(check, SW_ACCESS, &spec, i < 100 ? SW_SMTP_OK : SW_RATE_LIMIT, "");
	}
	expect(find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE), check->now_ns, 110, 110, 1);
	send(check, SW_ACCESS, &spec, SW_RATE_LIMIT, "sent again");
	expect(find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE), check->now_ns, 111, 110, 1);
	sw_check_done(check);
}

static void test_who_is_judged_otherwise_is_not_noted(void **state)
{
	static const struct {
		enum sw_cast_part src, dst;
		enum sw_reason reason;
	} cases[] = {
		{ SW_PART_ALLOWED, SW_PART_CLEAN, SW_ALLOW },
		{ SW_PART_ZOMBIE, SW_PART_CLEAN, SW_ZOMBIE_FEED },
		{ SW_PART_LIVE, SW_PART_CLEAN, SW_ZOMBIE_LIVE },
		{ SW_PART_CLEAN, SW_PART_CNC, SW_CNC_DST },
	};
	struct sw_check *check = sw_check_of(state);
	struct sw_spec spec;
	size_t i;

	begin(state);
	check->now_ns = 1000 * SLOW_NS;
	sw_cast(&check->world, check->now_ns); /* whose live zombies have not ended */
	sw_check_publish(check);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		spec = sw_spec_smtp(SW_IPV4, sw_cast_src(cases[i].src, SW_IPV4),
				    sw_cast_dst(cases[i].dst, SW_IPV4));
		send(check, SW_ACCESS, &spec, cases[i].reason, "");
	}
	assert_int_equal(sum(check, 0).used + sum(check, 1).used, 0);
	sw_check_done(check);
}

/* Nobody sweeps: a bank begins anew when it is wanted. */
/* Before the first generation nothing is judged, and so nothing is noted. */
static void test_without_a_generation_nobody_is_noted(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_outcome got;
	struct sw_spec spec;
	int policy = bpf_map__fd(check->rig.skel->maps.policy), generation;
	__u32 zero = 0, id;
	__u8 family;
	int tags;

	assert_int_equal(bpf_map_lookup_elem(policy, &zero, &id), 0);
	generation = bpf_map_get_fd_by_id(id);
	assert_true(generation >= 0);
	assert_int_equal(bpf_map_delete_elem(policy, &zero), 0);
	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		for (tags = 0; tags < 2; tags++) {
			spec = sw_spec_smtp(family, sw_cast_src(SW_PART_CLEAN, family),
					    sw_cast_dst(SW_PART_CLEAN, family));
			spec.tags = tags;
			spec.tpid[0] = 0x8100;
			sw_frame_build(&check->frame, &spec);
			assert_int_equal(sw_rig_run(&check->rig, SW_ACCESS, check->frame.data,
						    check->frame.len, SW_FRAME_ALL, &got),
					 0);
		}
	}
	assert_int_equal(bpf_map_update_elem(policy, &zero, &generation, BPF_ANY), 0);
	close(generation);
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).used, 0);
	assert_int_equal(sum(check, SW_SIDE_REMOTE).used, 0);
}

static void test_windows_turn_over(void **state)
{
	struct sw_check *check = begin(state);
	const struct sw_conduct_entry *entry;
	__u64 first = check->now_ns;
	struct sw_spec spec;
	int i;

	for (i = 0; i < 5; i++) {
		spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
		send(check, SW_ACCESS, &spec, SW_SMTP_OK, "first window");
	}
	check->now_ns = first + WINDOW_NS - 1;
	spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "its end");
	entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE);
	expect(entry, first, 6, 6, 1);
	check->now_ns = first + WINDOW_NS;
	spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER + 1);
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "second window");
	expect(entry, first, 6, 6, 1);
	expect(entry, first + WINDOW_NS, 1, 1, 1);
	check->now_ns = first + 2 * WINDOW_NS;
	spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "third window");
	expect(entry, first, 0, 0, 0);
	expect(entry, first + WINDOW_NS, 1, 1, 1);
	expect(entry, first + 2 * WINDOW_NS, 1, 1, 1);
	check->now_ns = first + 9 * WINDOW_NS;
	spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "long after");
	expect(entry, first + 8 * WINDOW_NS, 0, 0, 0);
	expect(entry, first + 9 * WINDOW_NS, 1, 1, 1);
	sw_check_done(check);
}

static void test_counts_stop_before_they_run_over(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);
	struct sw_conduct_entry *entry;

	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "");
	entry = (struct sw_conduct_entry *)find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE);
	assert_non_null(entry);
	entry->bank[0].word += SW_CONDUCT_MOST - 2;
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "the last that is counted");
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "");
	expect(entry, check->now_ns, SW_CONDUCT_MOST, 1, 1);
	sw_check_done(check);
}

/* Of an SMTP server, to whom wrote to it. */
static void come_back(struct sw_check *check, enum sw_role role, struct sw_spec spec, __u8 flags,
		      __u32 seq)
{
	sw_u128 src = spec.src;

	spec.src = spec.dst;
	spec.dst = src;
	spec.sport = 25;
	spec.dport = 40000;
	spec.flags = flags;
	spec.seq = seq;
	send(check, role, &spec, SW_CLEAN, "what comes back");
}

static void test_eighth_of_a_bucket_takes_the_oldest(void **state)
{
	struct sw_check *check = begin(state);
	__u32 src[SW_ROW_WAYS + 1], address, bucket = 0;
	struct sw_spec spec;
	int found = 0, i, oldest = 5;

	for (address = V4(11, 0, 0, 0); found <= SW_ROW_WAYS; address++) {
		__u32 home = spot_of(check, SW_SIDE_SUBSCRIBER, SW_IPV4, address).bucket;

		if (!found)
			bucket = home;
		if (home == bucket)
			src[found++] = address;
	}
	for (i = 0; i < SW_ROW_WAYS; i++) {
		spec = sw_spec_smtp(SW_IPV4, src[i], SERVER);
		send(check, SW_ACCESS, &spec, SW_SMTP_OK, "first");
		come_back(check, SW_UPSTREAM, spec, SW_SYN | SW_ACK, 7);
	}
	check->now_ns += SLOW_NS;
	for (i = 0; i < SW_ROW_WAYS; i++) {
		spec = sw_spec_smtp(SW_IPV4, src[i], SERVER);
		if (i != oldest)
			send(check, SW_ACCESS, &spec, SW_SMTP_OK, "second");
	}
	spec = sw_spec_smtp(SW_IPV4, src[SW_ROW_WAYS], SERVER);
	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "eighth");
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).evicted, 1);
	assert_null(find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src[oldest]));
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src[SW_ROW_WAYS], 0, 0, false);
	for (i = 0; i <= SW_ROW_WAYS; i++) {
		unsigned n = i == SW_ROW_WAYS ? 1 : 2;

		if (i != oldest)
			expect(find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src[i]), check->now_ns, n,
			       n, 1);
	}
	sw_check_done(check);
}

static void test_answers(void **state)
{
	struct sw_check *check = begin(state);
	__u8 family;
	int tags;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		sw_u128 src = sw_cast_src(SW_PART_CLEAN, family);
		struct sw_spec spec = sw_spec_smtp(family, src, sw_cast_dst(SW_PART_CLEAN, family));
		unsigned n = 0;

		come_back(check, SW_UPSTREAM, spec, SW_SYN | SW_ACK, 7);
		come_back(check, SW_UPSTREAM, spec, SW_RST | SW_ACK, 0);
		assert_null(
			find(check, SW_SIDE_SUBSCRIBER, family, src)); /* who is unknown stays so */
		for (tags = 0; tags < 3; tags++) {
			spec.tags = tags;
			spec.tpid[0] = spec.tpid[1] = 0x8100;
			spec.seq++;
			send(check, SW_ACCESS, &spec, SW_SMTP_OK, "");
			n++;
			come_back(check, SW_UPSTREAM, spec, SW_SYN | SW_ACK, 7);
			come_back(check, SW_UPSTREAM, spec, SW_RST | SW_ACK, 0);
			expect_answers(check, SW_SIDE_SUBSCRIBER, family, src, n, n, false);
			come_back(check, SW_UPSTREAM, spec, SW_ACK, 7);
			come_back(check, SW_UPSTREAM, spec, SW_FIN | SW_ACK, 0);
			come_back(check, SW_UPSTREAM, spec, SW_RST | SW_ACK, 7); /* of a session */
			come_back(check, SW_UPSTREAM, spec, SW_RST, 0);
			come_back(check, SW_UPSTREAM, spec, SW_SYN | SW_RST | SW_ACK, 0);
			expect_answers(check, SW_SIDE_SUBSCRIBER, family, src, n, n, false);
		}
		expect(find(check, SW_SIDE_SUBSCRIBER, family, src), check->now_ns, n, n, 1);
	}
	check->now_ns += WINDOW_NS;
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV4, sw_cast_src(SW_PART_CLEAN, SW_IPV4), 0,
		       0, false);
	assert_int_equal(sum(check, SW_SIDE_REMOTE).used, 0);
	sw_check_done(check);
}

/* A subscriber that answers is known by that; a remote source is told its answers. */
static void test_who_answers_himself(void **state)
{
	struct sw_check *check = begin(state);
	__u8 family;

	for (family = SW_IPV4; family <= SW_IPV6; family++) {
		sw_u128 src = sw_cast_src(SW_PART_CLEAN, family);
		sw_u128 dst = sw_cast_dst(SW_PART_CLEAN, family);
		struct sw_spec spec = sw_spec_smtp(family, src, dst);

		send(check, SW_UPSTREAM, &spec, SW_SMTP_OK, "from abroad");
		come_back(check, SW_ACCESS, spec, SW_RST | SW_ACK, 0);
		assert_null(find(check, SW_SIDE_SUBSCRIBER, family, dst));
		come_back(check, SW_ACCESS, spec, SW_SYN | SW_ACK, 7);
		come_back(check, SW_ACCESS, spec, SW_SYN | SW_ACK, 7);
		expect_answers(check, SW_SIDE_REMOTE, family, src, 2, 1, false);
		expect_answers(check, SW_SIDE_SUBSCRIBER, family, dst, 0, 0, true);
		expect(find(check, SW_SIDE_SUBSCRIBER, family, dst), check->now_ns, 0, 0, 0);
		check->now_ns += WINDOW_NS;
		expect_answers(check, SW_SIDE_SUBSCRIBER, family, dst, 0, 0, false);
	}
	sw_check_done(check);
}

/* Of ports and reasons: what is dropped came back to nobody. */
static void test_what_is_no_answer(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, SOURCE, SERVER), back;

	send(check, SW_ACCESS, &spec, SW_SMTP_OK, "");
	back = spec;
	back.src = SERVER;
	back.dst = SOURCE;
	back.dport = 40000;
	back.flags = SW_SYN | SW_ACK;
	back.sport = 80;
	send(check, SW_UPSTREAM, &back, SW_CLEAN, "of another service");
	back.sport = 25 + 64;
	send(check, SW_UPSTREAM, &back, SW_CLEAN, "of one that shares the gate's bit");
	back.sport = 25;
	back.protocol = SW_UDP;
	send(check, SW_UPSTREAM, &back, SW_CLEAN, "of UDP");
	back.protocol = SW_TCP;
	back.src = sw_cast_src(SW_PART_CNC, SW_IPV4);
	send(check, SW_UPSTREAM, &back, SW_CNC_SRC, "of a C&C host");
	back.src = SERVER;
	back.tags = 1;
	back.tpid[0] = 0x8100;
	back.vid = SW_VID_NONE;
	send(check, SW_UPSTREAM, &back, SW_NOT_JUDGED, "in a VLAN without a role");
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE, 0, 0, false);
	back.vid = SW_VID_UPSTREAM;
	send(check, SW_ACCESS, &back, SW_CLEAN, "in one that has one");
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE, 1, 0, false);
	assert_int_equal(sum(check, SW_SIDE_REMOTE).used, 0);
	sw_check_done(check);
}

/* A packet of a subscriber's, and then of a server's, in a tunnel of DS-Lite. */
static void through_dslite(struct sw_check *check, enum sw_role role, sw_u128 src, sw_u128 dst,
			   const struct sw_spec *inner, enum sw_reason reason)
{
	struct sw_spec outer = sw_spec_smtp(SW_IPV6, src, dst);

	outer.protocol = 4;
	sw_frame_build(&check->frame, inner);
	sw_frame_wrap(&check->frame, &outer, &sw_heads[0]);
	sw_check_reason(check, role, reason, "in 4in6");
}

static struct sw_spec answer_to(const struct sw_spec *spec, __u8 flags, __u32 seq)
{
	struct sw_spec back = *spec;

	back.src = spec->dst;
	back.dst = spec->src;
	back.sport = 25;
	back.dport = 40000;
	back.flags = flags;
	back.seq = seq;
	return back;
}

/* Behind DS-Lite all have the same inner addresses: the subscriber is outside, whether he
 * asks or is answered. */
static void test_dslite(void **state)
{
	const sw_u128 one = (sw_u128)0x20010db8fffe0001 << 64 | 1, two = one + ((sw_u128)1 << 64);
	const sw_u128 concentrator = sw_cast_dst(SW_PART_CLEAN, SW_IPV6);
	struct sw_check *check = begin(state);
	struct sw_spec spec = sw_spec_smtp(SW_IPV4, V4(192, 168, 1, 2), SERVER), back;
	int i;

	for (i = 0; i < 3; i++) {
		spec.dst = SERVER + i;
		through_dslite(check, SW_ACCESS, one, concentrator, &spec, SW_SMTP_OK);
		back = answer_to(&spec, SW_SYN | SW_ACK, 7);
		through_dslite(check, SW_UPSTREAM, concentrator, one, &back, SW_CLEAN);
	}
	through_dslite(check, SW_ACCESS, two, concentrator, &spec, SW_SMTP_OK);
	back = answer_to(&spec, SW_RST | SW_ACK, 0);
	through_dslite(check, SW_UPSTREAM, concentrator, two, &back, SW_CLEAN);
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV6, one, 3, 0, false);
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV6, two, 0, 1, false);
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).used, 2);

	/* And the other way round. */
	spec.src = SERVER;
	spec.dst = V4(192, 168, 1, 2);
	through_dslite(check, SW_UPSTREAM, concentrator, two, &spec, SW_SMTP_OK);
	back = answer_to(&spec, SW_SYN | SW_ACK, 7);
	through_dslite(check, SW_ACCESS, two, concentrator, &back, SW_CLEAN);
	expect(find(check, SW_SIDE_REMOTE, SW_IPV4, SERVER), check->now_ns, 1, 1, 1);
	expect_answers(check, SW_SIDE_REMOTE, SW_IPV4, SERVER, 1, 0, false);
	expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV6, two, 0, 1, true);
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).used, 2);
	assert_int_equal(sum(check, SW_SIDE_REMOTE).used, 1);
	sw_check_done(check);
}

/* Of other tunnels the inner addresses are what counts. */
static void test_other_tunnels(void **state)
{
	struct sw_check *check = begin(state);
	size_t i;

	for (i = 1; i < sw_head_count; i++) {
		__u8 family = sw_heads[i].inner ? sw_heads[i].inner : SW_IPV4;
		sw_u128 src = sw_cast_src(SW_PART_CLEAN, family);
		struct sw_spec spec = sw_spec_smtp(family, src, sw_cast_dst(SW_PART_CLEAN, family));
		struct sw_spec back = answer_to(&spec, SW_SYN | SW_ACK, 7);
		struct sw_spec outer = sw_spec_smtp(SW_IPV4, SOURCE, SERVER);

		forget(check);
		outer.protocol = sw_heads[i].protocol;
		sw_frame_build(&check->frame, &spec);
		sw_frame_wrap(&check->frame, &outer, &sw_heads[i]);
		sw_check_reason(check, SW_ACCESS, SW_SMTP_OK, sw_heads[i].name);
		sw_frame_build(&check->frame, &back);
		sw_frame_wrap(&check->frame, &outer, &sw_heads[i]);
		sw_check_reason(check, SW_UPSTREAM, SW_CLEAN, sw_heads[i].name);
		expect(find(check, SW_SIDE_SUBSCRIBER, family, src), check->now_ns, 1, 1, 1);
		expect_answers(check, SW_SIDE_SUBSCRIBER, family, src, 1, 0, false);
		assert_int_equal(sum(check, 0).used + sum(check, 1).used, 1);
	}
	sw_check_done(check);
}

#define PEERS 30
#define TURNS 100000

/* SYNs and what comes back, in any order: never more than the truth, and exactly that. */
static void test_answers_against_counts(void **state)
{
	static struct {
		__u64 window;
		unsigned answered, refused;
		bool known, listens;
	} peer[PEERS], *p;
	struct sw_check *check = begin(state);
	struct sw_random random;
	int i, who;

	memset(peer, 0, sizeof(peer));
	check->world.rate[SW_ACCESS] = (struct sw_world_rate){};
	sw_check_publish(check);
	sw_random_seed(&random, 2);
	for (i = 0; i < TURNS; i++) {
		struct sw_spec spec;

		who = sw_random_below(&random, PEERS);
		p = &peer[who];
		spec = sw_spec_smtp(SW_IPV4, SOURCE + who, SERVER);
		check->now_ns += sw_random_below(&random, WINDOW_NS / 5000);
		if (p->window != check->now_ns / WINDOW_NS) {
			p->window = check->now_ns / WINDOW_NS;
			p->answered = p->refused = p->listens = 0;
		}
		switch (sw_random_below(&random, 8)) {
		case 0:
			send(check, SW_ACCESS, &spec, SW_SMTP_OK, "");
			p->known = true;
			break;
		case 1:
			come_back(check, SW_UPSTREAM, spec, SW_RST | SW_ACK, 0);
			p->refused += p->known;
			break;
		case 2:
			if (sw_random_below(&random, 50))
				break;
			spec.dst = SOURCE + who;
			spec.src = SERVER;
			come_back(check, SW_ACCESS, spec, SW_SYN | SW_ACK, 1);
			p->known = p->listens = true;
			break;
		default:
			come_back(check, SW_UPSTREAM, spec, SW_SYN | SW_ACK, i);
			p->answered += p->known;
		}
		if (p->known)
			expect_answers(check, SW_SIDE_SUBSCRIBER, SW_IPV4, SOURCE + who,
				       p->answered, p->refused, p->listens);
	}
	sw_check_done(check);
}

#define SOURCES 40
#define SERVERS 1024
#define SYNS 1000000

/* What each source did in a window, as a set. */
static struct truth {
	__u64 window;
	unsigned syns;
	unsigned servers;
	bool tried[SERVERS][2]; /* on either port */
} truth[SOURCES];

static void note_truth(struct truth *t, __u64 window, unsigned server, unsigned port)
{
	if (t->window != window) {
		memset(t, 0, sizeof(*t));
		t->window = window;
	}
	t->syns++;
	t->servers += !t->tried[server][port];
	t->tried[server][port] = true;
}

/* A million SYNs, no two of one connection: never more bits than servers, and of few
 * servers nearly as many. Half of the sources know few servers. */
static void test_a_million_syns_against_sets(void **state)
{
	struct sw_check *check = begin(state);
	__u64 bits = 0, servers = 0, few_bits = 0, few_servers = 0;
	struct sw_random random;
	struct sw_outcome got;
	unsigned seen[3];
	int i;

	check->world.rate[SW_ACCESS] = (struct sw_world_rate){};
	check->world.port[0] = 25;
	check->world.port[1] = 587;
	check->world.ports = 2;
	sw_check_publish(check);
	sw_random_seed(&random, 1);
	memset(truth, 0, sizeof(truth));
	for (i = 0; i < SYNS; i++) {
		unsigned source = sw_random_below(&random, SOURCES);
		unsigned server = sw_random_below(&random, source % 2 ? 8 : SERVERS);
		unsigned port = sw_random_below(&random, 2);
		__u8 family = source % 3 ? SW_IPV4 : SW_IPV6;
		sw_u128 net = family == SW_IPV4 ? 0 : (sw_u128)0x20010db8aaaa0000 << 64;
		sw_u128 src = family == SW_IPV4 ? SOURCE + source : net | (sw_u128)source << 64;
		struct sw_spec spec = sw_spec_smtp(family, src, net | (SERVER + server));
		const struct sw_conduct_entry *entry;

		spec.dport = port ? 587 : 25;
		check->now_ns += sw_random_below(&random, WINDOW_NS / 50000);
		note_truth(&truth[source], check->now_ns / WINDOW_NS, server, port);
		sw_frame_build(&check->frame, &spec);
		sw_rig_clock(&check->rig, check->now_ns);
		assert_int_equal(sw_rig_run(&check->rig, SW_ACCESS, check->frame.data,
					    check->frame.len, SW_FRAME_ALL, &got),
				 0);
		assert_int_equal(got.reason, SW_SMTP_OK);
		entry = find(check, SW_SIDE_SUBSCRIBER, family, src);
		assert_non_null(entry);
		read_window(entry, check->now_ns, seen);
		assert_int_equal(seen[0], truth[source].syns);
		assert_int_equal(seen[1], truth[source].syns);
		assert_in_range(seen[2], 1, truth[source].servers);
		if (truth[source].servers <= 16) {
			few_bits += seen[2];
			few_servers += truth[source].servers;
		}
		bits += seen[2];
		servers += truth[source].servers;
	}
	printf("%d SYNs: %llu bits of %llu servers; of 16 servers at most %llu of %llu\n", SYNS,
	       bits, servers, few_bits, few_servers);
	assert_true(few_bits * 10 >= few_servers * 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_syns_attempts_and_servers),
		cmocka_unit_test(test_who_is_over_the_limit_is_noted_too),
		cmocka_unit_test(test_who_is_judged_otherwise_is_not_noted),
		cmocka_unit_test(test_without_a_generation_nobody_is_noted),
		cmocka_unit_test(test_windows_turn_over),
		cmocka_unit_test(test_counts_stop_before_they_run_over),
		cmocka_unit_test(test_eighth_of_a_bucket_takes_the_oldest),
		cmocka_unit_test(test_a_million_syns_against_sets),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_who_answers_himself),
		cmocka_unit_test(test_what_is_no_answer),
		cmocka_unit_test(test_answers_against_counts),
	};

	const struct CMUnitTest tunnels[] = {
		cmocka_unit_test(test_syns_attempts_and_servers),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_who_answers_himself),
		cmocka_unit_test(test_dslite),
		cmocka_unit_test(test_other_tunnels),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown) +
	       cmocka_run_group_tests(tunnels, set_up_tunnels, sw_check_teardown);
}
