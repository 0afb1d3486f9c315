// SPDX-License-Identifier: GPL-2.0
/* The ledger: who had packets dropped, for what, how often; and who is forgotten. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <cmocka.h>
#include <linux/bpf.h>

#include "cast.h"
#include "check.h"
#include "heads.h"
#include "kernel/subject.h"
#include "random.h"
#include "spamweir.skel.h"

#define V4(a, b, c, d) ((__u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static struct sw_ledger *ledger;

/* What is counted for the reason that came first. */
static __u64 *main_of(const struct sw_ledger_entry *entry)
{
	size_t at = ((const char *)entry - (const char *)ledger) / sizeof(ledger->bucket[0]);

	return &ledger->bucket[at].main[entry - ledger->bucket[at].entry];
}

static __u64 drops(const struct sw_ledger_entry *entry, enum sw_reason reason)
{
	return sw_ledger_drops(entry, *main_of(entry), reason);
}

static int set_up_tunnels(void **state)
{
	ledger = NULL; /* those of other programs */
	return sw_check_setup_tunnels(state);
}

static void forget(struct sw_check *check)
{
	memset(ledger, 0, sizeof(*ledger));
	assert_int_equal(sw_rig_tally_forget(&check->rig), 0);
}

static struct sw_check *begin(void **state)
{
	struct sw_check *check = sw_check_of(state);

	if (!ledger)
		ledger = sw_rig_map(bpf_map__fd(check->rig.skel->maps.ledger), sizeof(*ledger));
	assert_non_null(ledger);
	forget(check);
	assert_int_equal(sw_rig_tunnelled(&check->rig, &check->tunnelled), 0);
	assert_int_equal(sw_rig_tally_forget(&check->rig), 0);
	return check;
}

static struct sw_spot spot_of(const struct sw_check *check, enum sw_side side, __u8 family,
			      sw_u128 address)
{
	return sw_spot(&check->rig.seed, address >> 64, address, family == SW_IPV6, side,
		       SW_LEDGER_BITS);
}

static struct sw_ledger_entry *find_spot(const struct sw_check *check, const struct sw_spot *spot)
{
	struct sw_ledger_bucket *bucket = &ledger->bucket[spot->bucket];
	struct sw_ledger_entry *found = NULL;
	int i;

	for (i = 0; i < SW_ROW_WAYS; i++) {
		if (sw_row_tag(bucket->row.word[i]) != spot->tag)
			continue;
		assert_null(found);
		found = &bucket->entry[i];
		assert_true(sw_subject_is_of(&check->rig.seed, &found->subject, bucket->row.word[i],
					     spot->bucket, SW_LEDGER_BITS));
	}
	return found;
}

/* An IPv6 address: of the /64. */
static struct sw_ledger_entry *find(const struct sw_check *check, enum sw_side side, __u8 family,
				    sw_u128 address)
{
	struct sw_spot spot;

	if (family == SW_IPV6)
		address = sw_mask(address, 128, check->world.source_prefix);
	spot = spot_of(check, side, family, address);
	return find_spot(check, &spot);
}

/* What the rows say and what was tallied, which is one. */
static struct sw_row_sum sum(struct sw_check *check, enum sw_side side)
{
	struct sw_row_sum sum = {};
	struct sw_tally_row tally;
	int i;

	for (i = 0; i < SW_LEDGER_BUCKETS; i++) {
		if (sw_bucket_side(i, SW_LEDGER_BITS) == side)
			sw_row_add(&ledger->bucket[i].row, &sum);
	}
	assert_int_equal(sum.evicted + sum.missed, 0); /* no row says that any more */
	assert_int_equal(sw_rig_tally(&check->rig, SW_TALLY_LEDGER + side, &tally), 0);
	assert_int_equal(tally.claimed, sum.used);
	return (struct sw_row_sum){ sum.used, tally.evicted, tally.missed };
}

static __u64 total(const struct sw_ledger_entry *entry)
{
	__u64 sum = 0;
	int reason;

	for (reason = 0; reason < SW_REASON_COUNT; reason++)
		sum += drops(entry, reason);
	return sum;
}

static void send(struct sw_check *check, enum sw_role role, __u8 family, sw_u128 src, sw_u128 dst,
		 enum sw_reason reason, const char *what)
{
	struct sw_spec spec = sw_spec_smtp(family, src, dst);

	sw_frame_build(&check->frame, &spec);
	sw_check_reason(check, role, reason, what);
}

static sw_u128 peer_of(const struct sw_ledger_entry *entry, __u8 family)
{
	if (family == SW_IPV4)
		return (__u32)entry->peer.lo;
	return (sw_u128)entry->peer.hi << 64 | entry->peer.lo;
}

static void test_subject_and_peer(void **state)
{
	static const struct {
		enum sw_role role;
		enum sw_cast_part src, dst;
		enum sw_reason reason;
		enum sw_side side;
		bool sent_in;
	} cases[] = {
		{ SW_ACCESS, SW_PART_CLEAN, SW_PART_CNC, SW_CNC_DST, SW_SIDE_SUBSCRIBER, false },
		{ SW_ACCESS, SW_PART_CNC, SW_PART_CLEAN, SW_CNC_SRC, SW_SIDE_SUBSCRIBER, false },
		{ SW_ACCESS, SW_PART_ZOMBIE, SW_PART_CLEAN, SW_ZOMBIE_FEED, SW_SIDE_SUBSCRIBER,
		  false },
		{ SW_ACCESS, SW_PART_LIVE, SW_PART_CLEAN, SW_ZOMBIE_LIVE, SW_SIDE_SUBSCRIBER,
		  false },
		{ SW_UPSTREAM, SW_PART_CNC, SW_PART_CLEAN, SW_CNC_SRC, SW_SIDE_SUBSCRIBER, true },
		{ SW_UPSTREAM, SW_PART_CLEAN, SW_PART_CNC, SW_CNC_DST, SW_SIDE_REMOTE, false },
		{ SW_UPSTREAM, SW_PART_ZOMBIE, SW_PART_CLEAN, SW_ZOMBIE_FEED, SW_SIDE_REMOTE,
		  false },
	};
	struct sw_check *check = begin(state);
	size_t i;
	int n;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		__typeof__(&cases[0]) c = &cases[i / 2];
		__u8 family = i % 2 ? SW_IPV6 : SW_IPV4;
		sw_u128 src = sw_cast_src(c->src, family), dst = sw_cast_dst(c->dst, family);
		struct sw_ledger_entry *entry;

		forget(check);
		for (n = 0; n < 3; n++)
			send(check, c->role, family, src, dst, c->reason, "drop");
		entry = find(check, c->side, family, c->sent_in ? dst : src);
		assert_non_null(entry);
		assert_int_equal(drops(entry, c->reason), 3);
		assert_int_equal(total(entry), 3);
		assert_true(peer_of(entry, family) == (c->sent_in ? src : dst));
		assert_int_equal(sw_ledger_reason(entry->about), c->reason);
		assert_int_equal(sw_ledger_sent_in(entry->about), c->sent_in);
		assert_int_equal(sum(check, c->side).used, 1);
		assert_int_equal(sum(check, !c->side).used, 0);
	}
	sw_check_done(check);
}

static void test_what_passes_is_not_noted(void **state)
{
	struct sw_check *check = begin(state);

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	send(check, SW_ACCESS, SW_IPV4, sw_cast_src(SW_PART_CLEAN, SW_IPV4),
	     sw_cast_dst(SW_PART_CLEAN, SW_IPV4), SW_SMTP_OK, "clean");
	send(check, SW_ACCESS, SW_IPV4, sw_cast_src(SW_PART_ALLOWED, SW_IPV4),
	     sw_cast_dst(SW_PART_CLEAN, SW_IPV4), SW_ALLOW, "allowed");
	assert_int_equal(sum(check, 0).used + sum(check, 1).used, 0);
	sw_check_done(check);
}

static void test_monitor_mode_is_noted_as_such(void **state)
{
	const sw_u128 src = sw_cast_src(SW_PART_CLEAN, SW_IPV4);
	struct sw_check *check = begin(state);
	struct sw_ledger_entry *entry;

	sw_cast(&check->world, check->now_ns);
	check->world.monitor = true;
	sw_check_publish(check);
	send(check, SW_ACCESS, SW_IPV4, src, sw_cast_dst(SW_PART_CNC, SW_IPV4), SW_CNC_DST, "");
	entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src);
	assert_non_null(entry);
	assert_int_equal(total(entry), 1);
	assert_int_equal(entry->spared[0], 1);
	assert_true(sw_ledger_monitored(entry->about));

	check->world.monitor = false;
	sw_check_publish(check);
	send(check, SW_ACCESS, SW_IPV4, src, sw_cast_dst(SW_PART_CNC, SW_IPV4), SW_CNC_DST, "");
	assert_int_equal(total(entry), 2);
	assert_int_equal(entry->spared[0], 1);
	assert_false(sw_ledger_monitored(entry->about));

	check->world.monitor = true;
	sw_check_publish(check);
	entry->spared[0] = ~0U;
	send(check, SW_ACCESS, SW_IPV4, src, sw_cast_dst(SW_PART_CNC, SW_IPV4), SW_CNC_DST, "");
	assert_int_equal(entry->spared[0], ~0U);
	sw_check_done(check);
}

/* 2^28 ns are the slow clock's unit in tests. */
static void test_first_and_last(void **state)
{
	const sw_u128 src = sw_cast_src(SW_PART_CLEAN, SW_IPV4);
	const sw_u128 dst = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	struct sw_check *check = begin(state);
	struct sw_ledger_entry *entry;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	check->now_ns = 5ULL << 28;
	send(check, SW_ACCESS, SW_IPV4, src, dst, SW_CNC_DST, "first");
	check->now_ns = 900ULL << 28;
	send(check, SW_ACCESS, SW_IPV4, src, dst, SW_CNC_DST, "last");
	entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src);
	assert_non_null(entry);
	assert_int_equal(entry->first[0], 5);
	assert_int_equal(entry->last, 900);
	sw_check_done(check);
}

/* Of the reason that came first, and of another. */
static void test_counts_go_beyond_32_bits(void **state)
{
	const sw_u128 src = sw_cast_src(SW_PART_ZOMBIE, SW_IPV4);
	const sw_u128 cnc = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	const sw_u128 clean = sw_cast_dst(SW_PART_CLEAN, SW_IPV4);
	struct sw_check *check = begin(state);
	struct sw_ledger_entry *entry;
	int i;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	send(check, SW_ACCESS, SW_IPV4, src, cnc, SW_CNC_DST, "");
	entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src);
	assert_non_null(entry);
	*main_of(entry) = sw_ledger_main(SW_CNC_DST - SW_LEDGER_FIRST, ~0U);
	entry->count[SW_ZOMBIE_FEED - SW_LEDGER_FIRST] = ~0U;
	for (i = 0; i < 2; i++) {
		send(check, SW_ACCESS, SW_IPV4, src, cnc, SW_CNC_DST, "");
		send(check, SW_ACCESS, SW_IPV4, src, clean, SW_ZOMBIE_FEED, "");
	}
	assert_true(drops(entry, SW_CNC_DST) == (1ULL << 32) + 1);
	assert_true(drops(entry, SW_ZOMBIE_FEED) == (1ULL << 32) + 1);
	assert_true(total(entry) == (2ULL << 32) + 2);
	sw_check_done(check);
}

/* IPv4 sources whose entries live in one bucket. */
static void find_neighbours(const struct sw_check *check, __u32 *src, int count)
{
	__u32 address, bucket = 0;
	int found = 0;

	for (address = V4(10, 0, 0, 0); found < count; address++) {
		__u32 home = spot_of(check, SW_SIDE_SUBSCRIBER, SW_IPV4, address).bucket;

		assert_true(address < V4(127, 0, 0, 0));
		if (!found)
			bucket = home;
		if (home == bucket)
			src[found++] = address;
	}
}

static void test_eighth_of_a_bucket_takes_the_oldest(void **state)
{
	const sw_u128 dst = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	struct sw_check *check = begin(state);
	__u32 src[SW_ROW_WAYS + 1];
	struct sw_ledger_entry *entry;
	int i, oldest = 5;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	find_neighbours(check, src, SW_ROW_WAYS + 1);
	check->now_ns = 1ULL << 36;
	for (i = 0; i < SW_ROW_WAYS; i++)
		send(check, SW_ACCESS, SW_IPV4, src[i], dst, SW_CNC_DST, "first");
	check->now_ns = 2ULL << 36;
	for (i = 0; i < SW_ROW_WAYS; i++) {
		if (i != oldest)
			send(check, SW_ACCESS, SW_IPV4, src[i], dst, SW_CNC_DST, "again");
	}
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).evicted, 0);
	check->now_ns = 3ULL << 36;
	send(check, SW_ACCESS, SW_IPV4, src[SW_ROW_WAYS], dst, SW_CNC_DST, "eighth");
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).evicted, 1);
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).used, SW_ROW_WAYS);
	assert_null(find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src[oldest]));
	for (i = 0; i <= SW_ROW_WAYS; i++) {
		if (i == oldest)
			continue;
		entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src[i]);
		assert_non_null(entry);
		assert_int_equal(total(entry), i == SW_ROW_WAYS ? 1 : 2);
	}
	assert_int_equal(sum(check, 0).missed + sum(check, 1).missed, 0);
	sw_check_done(check);
}

/* Who takes the place of one who was dropped for two reasons begins with no drops. */
static void test_what_others_had_is_not_inherited(void **state)
{
	const sw_u128 cnc = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	const sw_u128 clean = sw_cast_dst(SW_PART_CLEAN, SW_IPV4);
	struct sw_check *check = begin(state);
	__u32 src[2 * SW_ROW_WAYS];
	struct sw_ledger_entry *entry;
	__u8 zombies;
	int i;

	sw_cast(&check->world, check->now_ns);
	find_neighbours(check, src, 2 * SW_ROW_WAYS);
	zombies = sw_world_feed(&check->world, SW_KIND_ZOMBIE, 60);
	for (i = 0; i < 2 * SW_ROW_WAYS; i++)
		sw_world_list_address(&check->world, zombies, SW_IPV4, src[i]);
	check->world.monitor = true;
	sw_check_publish(check);
	for (i = 0; i < 2 * SW_ROW_WAYS; i++) {
		if (i == SW_ROW_WAYS) {
			check->world.monitor = false;
			sw_check_publish(check);
		}
		check->now_ns = (i + 1ULL) << 36;
		send(check, SW_ACCESS, SW_IPV4, src[i], cnc, SW_CNC_DST, "main");
		entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src[i]);
		assert_non_null(entry);
		assert_int_equal(total(entry), 1);
		assert_int_equal(entry->spared[0], i < SW_ROW_WAYS);
		/* Of every other one's, the second line is never written. */
		if (i % 2)
			continue;
		send(check, SW_ACCESS, SW_IPV4, src[i], clean, SW_ZOMBIE_FEED, "other");
		send(check, SW_ACCESS, SW_IPV4, src[i], clean, SW_ZOMBIE_FEED, "other");
		assert_int_equal(drops(entry, SW_CNC_DST), 1);
		assert_int_equal(drops(entry, SW_ZOMBIE_FEED), 2);
	}
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).evicted, SW_ROW_WAYS);
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).missed, 0);
	sw_check_done(check);
}

#define SUBJECTS 4096

/* What the ledger should have, worked out from the model's judgements. */
static struct expected {
	struct sw_spot spot;
	__u64 drops[SW_REASON_COUNT];
	__u32 spared;
	struct sw_model_end peer; /* the last */
} expected[SUBJECTS];
static size_t expected_count;

static void expect(struct sw_spot spot, const struct sw_judgement *judged)
{
	size_t i;

	for (i = 0; i < expected_count && memcmp(&expected[i].spot, &spot, sizeof(spot)); i++)
		;
	assert_true(i < SUBJECTS);
	expected_count += i == expected_count;
	expected[i].spot = spot;
	expected[i].drops[judged->reason]++;
	expected[i].spared += judged->verdict == SW_WOULD_DROP || judged->verdict == SW_WOULD_REPLY;
	expected[i].peer = judged->peer;
}

static void expect_frame(struct sw_check *check, const struct sw_judgement *judged)
{
	sw_u128 subject = judged->subject.address;

	if (judged->verdict == SW_PASS)
		return;
	if (judged->subject.family == SW_IPV6)
		subject = sw_mask(subject, 128, check->world.source_prefix);
	expect(spot_of(check, judged->remote ? SW_SIDE_REMOTE : SW_SIDE_SUBSCRIBER,
		       judged->subject.family, subject),
	       judged);
}

static void random_round(struct sw_check *check, __u64 seed)
{
	struct sw_random random;
	struct sw_judgement judged;
	struct sw_outcome got;
	int i, role;

	sw_random_seed(&random, seed);
	sw_random_world(&random, &check->world, check->now_ns);
	sw_check_publish(check);
	forget(check);
	memset(expected, 0, sizeof(expected));
	expected_count = 0;
	for (i = 0; i < 3000; i++) {
		check->now_ns += sw_random_below(&random, SW_SECOND_NS);
		sw_random_frame(&random, &check->world, &check->frame);
		role = sw_random_below(&random, SW_ROLES);
		judged = sw_model_judge(&check->model, role, check->frame.data, check->frame.len,
					check->now_ns);
		expect_frame(check, &judged);
		sw_rig_clock(&check->rig, check->now_ns);
		assert_int_equal(sw_rig_run(&check->rig, role, check->frame.data, check->frame.len,
					    SW_FRAME_ALL, &got),
				 0);
	}
}

static void test_random(void **state)
{
	struct sw_check *check = begin(state);
	struct sw_ledger_entry *entry;
	__u64 round, reason;
	size_t i;

	for (round = 0; round < 20; round++) {
		random_round(check, round);
		assert_int_equal(sum(check, 0).used + sum(check, 1).used, expected_count);
		assert_int_equal(sum(check, 0).evicted + sum(check, 1).evicted, 0);
		for (i = 0; i < expected_count; i++) {
			entry = find_spot(check, &expected[i].spot);
			assert_non_null(entry);
			for (reason = 0; reason < SW_REASON_COUNT; reason++)
				assert_int_equal(drops(entry, reason), expected[i].drops[reason]);
			assert_int_equal(entry->spared[0], expected[i].spared);
			assert_true(peer_of(entry, expected[i].peer.family) ==
				    expected[i].peer.address);
		}
	}
}

/* Behind DS-Lite the subscriber is outside, and whom he deals with inside. */
static void test_dslite(void **state)
{
	static const struct {
		enum sw_role role;
		enum sw_cast_part outer_src, outer_dst, src, dst;
		enum sw_reason reason;
		bool sent_in, remote;
	} cases[] = {
		{ SW_ACCESS, SW_PART_CLEAN, SW_PART_CLEAN, SW_PART_CLEAN, SW_PART_CNC, SW_CNC_DST,
		  false, false },
		{ SW_ACCESS, SW_PART_CLEAN, SW_PART_CLEAN, SW_PART_CNC, SW_PART_CLEAN, SW_CNC_SRC,
		  false, false },
		{ SW_ACCESS, SW_PART_ZOMBIE, SW_PART_CLEAN, SW_PART_CLEAN, SW_PART_CLEAN,
		  SW_ZOMBIE_FEED, false, false },
		{ SW_ACCESS, SW_PART_LIVE, SW_PART_CLEAN, SW_PART_ALLOWED, SW_PART_CLEAN,
		  SW_ZOMBIE_LIVE, false, false },
		{ SW_UPSTREAM, SW_PART_CLEAN, SW_PART_CLEAN, SW_PART_CNC, SW_PART_CLEAN, SW_CNC_SRC,
		  true, false },
		{ SW_UPSTREAM, SW_PART_CLEAN, SW_PART_CLEAN, SW_PART_ZOMBIE, SW_PART_CLEAN,
		  SW_ZOMBIE_FEED, false, true },
	};
	struct sw_check *check = begin(state);
	struct sw_ledger_entry *entry;
	struct sw_spec outer, inner;
	__u8 family;
	size_t i;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__typeof__(&cases[0]) c = &cases[i];

		forget(check);
		outer = sw_spec_smtp(SW_IPV6, sw_cast_src(c->outer_src, SW_IPV6),
				     sw_cast_dst(c->outer_dst, SW_IPV6));
		outer.protocol = 4;
		inner = sw_spec_smtp(SW_IPV4, sw_cast_src(c->src, SW_IPV4),
				     sw_cast_dst(c->dst, SW_IPV4));
		sw_frame_build(&check->frame, &inner);
		sw_frame_wrap(&check->frame, &outer, &sw_heads[0]);
		sw_check_reason(check, c->role, c->reason, "4in6");
		family = c->remote ? SW_IPV4 : SW_IPV6;
		entry = find(check, c->remote ? SW_SIDE_REMOTE : SW_SIDE_SUBSCRIBER, family,
			     c->remote	  ? inner.src
			     : c->sent_in ? outer.dst
					  : outer.src);
		assert_non_null(entry);
		assert_int_equal(total(entry), 1);
		assert_true(peer_of(entry, SW_IPV4) == (c->sent_in ? inner.src : inner.dst));
		assert_int_equal(sum(check, 0).used + sum(check, 1).used, 1);
	}
	sw_check_done(check);
}

#define RACES 25600 /* each frame as often */

struct racer {
	pthread_t thread;
	struct sw_check *check;
	struct sw_frame *frames;
	pthread_barrier_t *start;
	int err;
};

#define RACE_SOURCES 64
#define RACE_FRAMES (2 * RACE_SOURCES) /* of each source one for either reason */

static void *race(void *context)
{
	struct racer *racer = context;
	int i;

	pthread_barrier_wait(racer->start);
	for (i = 0; i < RACES && !racer->err; i++) {
		const struct sw_frame *frame = &racer->frames[i % RACE_FRAMES];

		racer->err =
			sw_rig_repeat(&racer->check->rig, SW_ACCESS, frame->data, frame->len, 1);
	}
	return NULL;
}

/* CPUs begin the same entries at once, and add up in them. */
static void test_cpus_race(void **state)
{
	const sw_u128 src = sw_cast_src(SW_PART_ZOMBIE_LIVE, SW_IPV4) & ~(sw_u128)255;
	const sw_u128 cnc = sw_cast_dst(SW_PART_CNC, SW_IPV4);
	const sw_u128 clean = sw_cast_dst(SW_PART_CLEAN, SW_IPV4);
	struct sw_check *check = begin(state);
	struct sw_frame *frames = calloc(RACE_FRAMES, sizeof(*frames));
	struct racer racer[2] = {};
	pthread_barrier_t start;
	struct sw_spec spec;
	int i;

	assert_non_null(frames);
	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	for (i = 0; i < RACE_FRAMES; i++) {
		spec = sw_spec_smtp(SW_IPV4, src + i / 2, i % 2 ? clean : cnc);
		sw_frame_build(&frames[i], &spec);
	}
	pthread_barrier_init(&start, NULL, 2);
	for (i = 0; i < 2; i++) {
		racer[i] = (struct racer){ .check = check, .frames = frames, .start = &start };
		assert_int_equal(pthread_create(&racer[i].thread, NULL, race, &racer[i]), 0);
	}
	for (i = 0; i < 2; i++) {
		pthread_join(racer[i].thread, NULL);
		assert_int_equal(racer[i].err, 0);
	}
	pthread_barrier_destroy(&start);
	free(frames);
	assert_int_equal(sum(check, SW_SIDE_SUBSCRIBER).used, RACE_SOURCES);
	for (i = 0; i < RACE_SOURCES; i++) {
		struct sw_ledger_entry *entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV4, src + i);

		assert_non_null(entry);
		assert_int_equal(drops(entry, SW_CNC_DST), 2 * RACES / RACE_FRAMES);
		assert_int_equal(drops(entry, SW_ZOMBIE_FEED), 2 * RACES / RACE_FRAMES);
	}
}

#define TOLD 400000 /* times one frame, which the kernel repeats */

static void *tell(void *context)
{
	struct racer *racer = context;

	pthread_barrier_wait(racer->start);
	racer->err = sw_rig_repeat(&racer->check->rig, SW_ACCESS, racer->frames->data,
				   racer->frames->len, TOLD);
	return NULL;
}

/* CPUs tell of drops of one source at once, each of another peer: what is told is of one of
 * them, and each drop is counted. */
static void test_cpus_tell(void **state)
{
	const sw_u128 src = sw_cast_src(SW_PART_ZOMBIE, SW_IPV6);
	const sw_u128 dst = sw_cast_dst(SW_PART_CLEAN, SW_IPV6);
	const sw_u128 peer[2] = { dst, dst ^ 1 ^ (sw_u128)1 << 64 };
	struct sw_check *check = begin(state);
	const struct sw_ledger_entry *entry;
	struct sw_frame frame[2];
	struct racer racer[2] = {};
	pthread_barrier_t start;
	struct sw_spec spec;
	int i;

	sw_cast(&check->world, check->now_ns);
	sw_check_publish(check);
	pthread_barrier_init(&start, NULL, 2);
	for (i = 0; i < 2; i++) {
		spec = sw_spec_smtp(SW_IPV6, src, peer[i]);
		sw_frame_build(&frame[i], &spec);
		racer[i] = (struct racer){ .check = check, .frames = &frame[i], .start = &start };
		assert_int_equal(pthread_create(&racer[i].thread, NULL, tell, &racer[i]), 0);
	}
	for (i = 0; i < 2; i++) {
		pthread_join(racer[i].thread, NULL);
		assert_int_equal(racer[i].err, 0);
	}
	pthread_barrier_destroy(&start);
	entry = find(check, SW_SIDE_SUBSCRIBER, SW_IPV6, src);
	assert_non_null(entry);
	assert_int_equal(drops(entry, SW_ZOMBIE_FEED), 2 * TOLD);
	assert_false(*main_of(entry) & SW_LEDGER_BUSY);
	assert_true(peer_of(entry, SW_IPV6) == peer[0] || peer_of(entry, SW_IPV6) == peer[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subject_and_peer),
		cmocka_unit_test(test_what_passes_is_not_noted),
		cmocka_unit_test(test_monitor_mode_is_noted_as_such),
		cmocka_unit_test(test_first_and_last),
		cmocka_unit_test(test_counts_go_beyond_32_bits),
		cmocka_unit_test(test_eighth_of_a_bucket_takes_the_oldest),
		cmocka_unit_test(test_what_others_had_is_not_inherited),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_cpus_race),
		cmocka_unit_test(test_cpus_tell),
	};

	const struct CMUnitTest tunnels[] = {
		cmocka_unit_test(test_subject_and_peer),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_dslite),
	};

	return cmocka_run_group_tests(tests, sw_check_setup, sw_check_teardown) +
	       cmocka_run_group_tests(tunnels, set_up_tunnels, sw_check_teardown);
}
