/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listing who behaves like a zombie, at the SYN at which that shows: suspicion.h has the
 * rules, and include/maps/detected.h how many may be listed. Of one window alone, for no
 * more is at hand here.
 *
 * That a rule is broken has to be so for a second: before that answers may be under way.
 */
#ifndef SPAMWEIR_SUSPECT_H
#define SPAMWEIR_SUSPECT_H

#include "clock.h"
#include "conduct_place.h"
#include "gate.h"
#include "ledger.h"
#include "maps.h"
#include "row.h"
#include "suspicion.h"

/* Where a source stands in the conduct table, in a word; 0: nowhere, or it is new there. */
static __always_inline int sw_suspect_place(__u32 bucket, __u32 way)
{
	return (bucket << 3 | way) + 1;
}

/* SYNs that were dropped here, if any were: nobody can have answered them. A function of
 * its own to the verifier. `word`: family, of a subscriber. */
__attribute__((noinline)) int sw_suspect_dropped(__u64 hi, __u64 lo, __u64 word)
{
	struct sw_spot spot = sw_note_spot(hi, lo, word);
	struct sw_ledger_bucket *bucket = sw_ledger_bucket(spot);
	const struct sw_ledger_entry *entry;
	struct sw_found_way found;
	__u64 drops;

	if (!bucket)
		return 0;
	found = sw_row_best(&bucket->row, spot.tag, sw_clock_slow());
	if (sw_row_tag(found.word) != spot.tag)
		return 0;
	entry = sw_ledger_entry_at(bucket, found.at);
	if (sw_ledger_monitored(entry->about))
		return 0;
	drops = sw_ledger_drops(entry, SW_RATE_LIMIT) + sw_ledger_drops(entry, SW_SMTP_CLOSED) +
		sw_ledger_drops(entry, SW_PROTECT_LIMIT);
	return drops < SW_CONDUCT_MOST ? drops : SW_CONDUCT_MOST;
}

static __always_inline __u32 sw_bits(__u64 word)
{
	return __builtin_popcountll(word);
}

static __always_inline struct sw_suspect_counts
sw_suspect_count(const struct sw_conduct_bucket *bucket, __u32 way, __u32 now)
{
	const struct sw_conduct_bank *bank =
		&bucket->entry[way].bank[now >> SW_CONDUCT_WINDOW_BITS & 1];
	__u64 answers = bucket->answers[way][now >> SW_CONDUCT_WINDOW_BITS & 1];
	__u64 former = bucket->answers[way][~(now >> SW_CONDUCT_WINDOW_BITS) & 1];
	__u64 window = sw_conduct_window(now);
	__u64 last = sw_conduct_window(now - (1 << SW_CONDUCT_WINDOW_BITS));
	struct sw_suspect_counts seen = {};

	if ((bank->word ^ window) >> 48)
		return seen;
	seen.attempts = sw_conduct_attempts(bank->word);
	seen.servers = sw_bits(bank->servers[0]) + sw_bits(bank->servers[1]);
	if (!((former ^ last) >> 48))
		seen.listens = (former & SW_CONDUCT_LISTENS) != 0;
	if ((answers ^ window) >> 48)
		return seen;
	seen.answered = sw_conduct_answered(answers);
	seen.refused = sw_conduct_refused(answers);
	seen.listens |= (answers & SW_CONDUCT_LISTENS) != 0;
	return seen;
}

/* Takes a place for one who is listed until then. 0: there is none. */
static __always_inline int sw_detected_claim(struct sw_detected *state, __u64 now, __u64 until,
					     __u32 most)
{
	int try;

	SW_UNROLL
	for (try = 0; try < 4; try++) {
		__u64 next = *(const volatile __u64 *)&state->next;
		__u64 *place = &state->until[next % most & (SW_DETECTED_MAX - 1)];
		__u64 seen = *(const volatile __u64 *)place;

		if (seen > now)
			break;
		if (__sync_val_compare_and_swap(place, seen, until) != seen)
			continue;
		__sync_val_compare_and_swap(&state->next, next, next + 1);
		return 1;
	}
	__sync_fetch_and_add(&state->refused, 1);
	state->refused_ns = now;
	return 0;
}

static const char sw_why_servers[] = "servers: %d tried, %d of %d answered";
static const char sw_why_failures[] = "failures: %d of %d refused, %d answered";
static const char sw_why_silent[] = "silent: %d connections, to %d servers";

/* What people are told. */
static __always_inline void sw_suspect_why(struct sw_listing_now *scratch,
					   const struct sw_suspect_counts *seen, __u32 rules)
{
	char *why = scratch->entry.why;

	if (rules & 1U << SW_RULE_SERVERS) {
		scratch->number[0] = seen->servers;
		scratch->number[1] = seen->answered;
		scratch->number[2] = seen->attempts;
		bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_servers, scratch->number,
			     sizeof(scratch->number));
	} else if (rules & 1U << SW_RULE_FAILURES) {
		scratch->number[0] = sw_suspect_failed(seen);
		scratch->number[1] = seen->attempts;
		scratch->number[2] = seen->answered;
		bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_failures, scratch->number,
			     sizeof(scratch->number));
	} else {
		scratch->number[0] = seen->attempts;
		scratch->number[1] = seen->servers;
		bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_silent, scratch->number,
			     2 * sizeof(scratch->number[0]));
	}
}

/* One that has ended may lie there still. */
static __always_inline int sw_live_enter(struct sw_listing_now *scratch, __u64 now)
{
	const struct sw_live *there;

	if (!bpf_map_update_elem(&live, &scratch->key, &scratch->entry, BPF_NOEXIST))
		return 1;
	there = bpf_map_lookup_elem(&live, &scratch->key);
	if (!there || there->until_ns > now)
		return 0;
	return !bpf_map_update_elem(&live, &scratch->key, &scratch->entry, BPF_ANY);
}

/* The gate's bit follows the entry: whoever clears bits meanwhile looks at the entries
 * once more behind that. */
static __always_inline void sw_live_open(__u64 hi, __u64 lo)
{
	__u32 bit = sw_gate_live_bit(hi, lo);

	__sync_fetch_and_or(&gate.live[bit >> 6], 1ULL << (bit & 63));
}

/* Lists a source, if there is a place. 1: it is listed. A function of its own to the
 * verifier. */
__attribute__((noinline)) int sw_suspect_list(__u64 hi, __u64 lo,
					      const struct sw_suspect_counts *seen, __u64 rules)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_detection *detection;
	struct sw_listing_now *scratch;
	struct sw_detected *state;
	__u64 now = sw_clock_ns();
	__u32 zero = 0;

	scratch = bpf_map_lookup_elem(&listing_now, &zero);
	state = bpf_map_lookup_elem(&detected, &zero);
	if (!seen || !running || !scratch || !state)
		return 0;
	detection = &running->settings.detection;
	if (!detection->max_listed ||
	    !sw_detected_claim(state, now, now + detection->listed_ns, detection->max_listed))
		return 0;
	((__u64 *)&scratch->key)[0] = sw_swap64(hi);
	((__u64 *)&scratch->key)[1] = sw_swap64(lo);
	scratch->entry.since_ns = now;
	scratch->entry.until_ns = now + detection->listed_ns;
	scratch->entry.origin = SW_ORIGIN_DETECTED;
	scratch->entry.length = !hi && lo >> 32 == 0xffff ? 128 : detection->length;
	sw_suspect_why(scratch, seen, rules);
	if (!sw_live_enter(scratch, now))
		return 0;
	sw_live_open(hi, lo);
	__sync_fetch_and_add(&state->listed, 1);
	return 1;
}

/* Whether the rules were broken a second ago, too; notes since when they are. */
static __always_inline int sw_suspect_stays(__u16 *broken, __u32 now, __u32 settle)
{
	__u16 since = *broken, units = now;

	if (!since) {
		*broken = units && units != SW_CONDUCT_LISTED ? units : 1;
		return 0;
	}
	return (__u16)(units - since) >= settle;
}

/*
 * Judges a subscriber of whom a SYN was noted. `at`: sw_suspect_place() << 32 | the
 * decision.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_suspect_look(__u64 hi, __u64 lo, __u64 at)
{
	const struct sw_policy *running = sw_running_policy();
	struct sw_spot spot = { .bucket = ((at >> 32) - 1) >> 3 };
	struct sw_conduct_bucket *bucket;
	__u32 way = ((at >> 32) - 1) & SW_ROW_WAY, now = sw_clock_slow(), rules;
	struct sw_suspect_counts seen;
	__u16 *broken;

	if (!running || !running->settings.detection.max_listed)
		return 0;
	bucket = sw_conduct_bucket(spot);
	if (!bucket)
		return 0;
	broken = &bucket->broken[way];
	seen = sw_suspect_count(bucket, way, now);
	if (seen.attempts <= 1) { /* what was of another window, or of another source, is over */
		*broken = 0;
		return 0;
	}
	if (*broken == SW_CONDUCT_LISTED)
		return 0;
	rules = sw_suspect_judge(&running->settings.detection.limits, &seen);
	if (rules) {
		seen.open = sw_suspect_dropped(hi, lo, at & SW_DECISION_FAMILY);
		rules = sw_suspect_judge(&running->settings.detection.limits, &seen);
	}
	if (!rules) {
		if (*broken)
			*broken = 0;
		return 0;
	}
	if (sw_suspect_stays(broken, now, running->settings.detection.settle) &&
	    sw_suspect_list(hi, lo, &seen, rules))
		*broken = SW_CONDUCT_LISTED;
	return 0;
}

#endif
