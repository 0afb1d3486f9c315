/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listing who behaves like a zombie, or slowing him, at the SYN at which that shows:
 * suspicion.h has the rules, and include/maps/detected.h how many may be listed. As
 * `suspects` does, it counts this window and the last; but of one who was listed in the
 * last, and is no more, what he did since.
 *
 * That a rule is broken has to be so for a second: before that answers may be under way.
 * A contact to C&C is one: at the next SYN its source is listed.
 */
#ifndef SPAMWEIR_SUSPECT_H
#define SPAMWEIR_SUSPECT_H

#include "clock.h"
#include "conduct_place.h"
#include "event_budget.h"
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
	const struct sw_ledger_known known = sw_ledger_find(hi, lo, word);
	const struct sw_policy *running = sw_running_policy();
	__u64 drops;

	if (!known.entry || !running || sw_is_monitored(&running->settings, interface, 0))
		return 0;
	drops = sw_ledger_drops(known.entry, known.main, SW_RATE_LIMIT) +
		sw_ledger_drops(known.entry, known.main, SW_SMTP_CLOSED) +
		sw_ledger_drops(known.entry, known.main, SW_PROTECT_LIMIT);
	return drops < SW_CONDUCT_MOST ? drops : SW_CONDUCT_MOST;
}

/* Whether what was dropped last of a subscriber was a call to a C&C address, within so many
 * units of the slow clock. That address, of IPv4, is kept for who tells of it. As above. */
__attribute__((noinline)) int sw_suspect_called(__u64 hi, __u64 lo, __u64 word, __u64 within)
{
	const struct sw_ledger_known known = sw_ledger_find(hi, lo, word);
	const struct sw_ledger_entry *entry = known.entry;
	struct sw_listing_now *scratch;
	__u32 zero = 0;

	scratch = bpf_map_lookup_elem(&listing_now, &zero);
	if (!scratch || !entry || sw_ledger_reason(entry->about) != SW_CNC_DST ||
	    (__u32)(sw_clock_slow() - entry->last) > within || !sw_ledger_calls(entry, known.main))
		return 0;
	scratch->peer = entry->peer.hi || entry->peer.lo >> 32 != 0xffff ? 0 : entry->peer.lo;
	return 1;
}

static __always_inline __u32 sw_bits(__u64 word)
{
	return __builtin_popcountll(word);
}

/* Adds what is counted of a window. Without a branch, for the verifier would follow both
 * sides of each through all that comes behind. `all`: all ones, or 0: but for whether it
 * answers on an SMTP port, nothing. */
static __always_inline void sw_suspect_add(const struct sw_conduct_bucket *bucket, __u32 way,
					   __u32 then, __u64 all, struct sw_suspect_counts *seen,
					   __u64 servers[2])
{
	__u32 at = then >> SW_CONDUCT_WINDOW_BITS & 1;
	const struct sw_conduct_bank *bank = &bucket->entry[way].bank[at];
	__u64 answers = bucket->answers[way][at], window = sw_conduct_window(then);
	__u64 own = sw_if_zero((bank->word ^ window) >> 48) & all;
	__u64 back = sw_if_zero((answers ^ window) >> 48);

	seen->attempts += sw_conduct_attempts(bank->word) & own;
	servers[0] |= bank->servers[0] & own;
	servers[1] |= bank->servers[1] & own;
	seen->answered += sw_conduct_answered(answers) & back & all;
	seen->refused += sw_conduct_refused(answers) & back & all;
	seen->listens |= answers >> SW_CONDUCT_LISTENS_BIT & back & 1;
}

/* `place`: sw_suspect_place(); `all`: of the window before this one. A function of its own
 * to the verifier, and of its own stack. */
__attribute__((noinline)) int sw_suspect_count(struct sw_suspect_counts *out, __u64 place,
					       __u64 all)
{
	struct sw_spot spot = { .bucket = (place - 1) >> 3 };
	const struct sw_conduct_bucket *bucket = sw_conduct_bucket(spot);
	__u32 way = (place - 1) & SW_ROW_WAY, now = sw_clock_slow();
	struct sw_suspect_counts seen = { .open = 1 }; /* the SYN at hand */
	__u64 servers[2] = {};

	if (!bucket || !out)
		return 0;
	sw_suspect_add(bucket, way, now, ~0ULL, &seen, servers);
	sw_suspect_add(bucket, way, now - SW_CONDUCT_WINDOW, all, &seen, servers);
	seen.servers = sw_bits(servers[0]) + sw_bits(servers[1]);
	*out = seen;
	return 1;
}

static const char sw_why_servers[] = "servers: %d tried, %d of %d answered";
static const char sw_why_failures[] = "failures: %d of %d failed, %d answered";
static const char sw_why_silent[] = "silent: %d connections, to %d servers";
static const char sw_why_contact4[] = "contact: C&C address %d.%d.%d.%d";
static const char sw_why_contact[] = "contact: a C&C address";

/* What people are told. */
static __always_inline void sw_suspect_why(struct sw_listing_now *scratch,
					   const struct sw_suspect_counts *seen, __u32 rules)
{
	char *why = scratch->entry.why;

	if (rules & 1U << SW_RULE_CONTACT) {
		scratch->number[0] = scratch->peer >> 24 & 0xff;
		scratch->number[1] = scratch->peer >> 16 & 0xff;
		scratch->number[2] = scratch->peer >> 8 & 0xff;
		scratch->number[3] = scratch->peer & 0xff;
		if (scratch->peer)
			bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_contact4,
				     scratch->number, sizeof(scratch->number));
		else
			bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_contact, NULL, 0);
	} else if (rules & 1U << SW_RULE_SERVERS) {
		scratch->number[0] = seen->servers;
		scratch->number[1] = seen->answered;
		scratch->number[2] = seen->attempts;
		bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_servers, scratch->number,
			     3 * sizeof(scratch->number[0]));
	} else if (rules & 1U << SW_RULE_FAILURES) {
		scratch->number[0] = sw_suspect_failed(seen);
		scratch->number[1] = seen->attempts;
		scratch->number[2] = seen->answered;
		bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_failures, scratch->number,
			     3 * sizeof(scratch->number[0]));
	} else {
		scratch->number[0] = seen->attempts;
		scratch->number[1] = seen->servers;
		bpf_snprintf(why, sizeof(scratch->entry.why), sw_why_silent, scratch->number,
			     2 * sizeof(scratch->number[0]));
	}
}

/* Whether it is listed as that already, or as worse. */
static __always_inline int sw_live_has(const struct sw_live *there, __u64 now, __u8 origin)
{
	return there && there->until_ns > now &&
	       (origin == SW_ORIGIN_SLOWED || !sw_live_is_slowed(there));
}

/* The gate's bit follows the entry: whoever clears bits meanwhile looks at the entries
 * once more behind that. */
static __always_inline void sw_live_open(__u64 hi, __u64 lo)
{
	__u32 bit = sw_gate_live_bit(hi, lo);

	__sync_fetch_and_or(&gate.live[bit >> 6], 1ULL << (bit & 63));
}

/* Tells of it whoever reads events. */
static __always_inline void sw_suspect_tell(const struct sw_listing_now *scratch)
{
	struct sw_event_listed *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		sw_event_lost();
		return;
	}
	event->record.type = SW_RECORD_LISTED;
	event->record.size = sizeof(*event);
	event->pad = 0;
	event->key = scratch->key;
	event->entry = scratch->entry;
	bpf_ringbuf_submit(event, 0);
}

/* Whether a source's first SYN in this window is at hand. */
static __always_inline int sw_suspect_begins(const struct sw_conduct_bucket *bucket, __u32 way,
					     __u32 now)
{
	return sw_conduct_syns(bucket->entry[way].bank[now >> SW_CONDUCT_WINDOW_BITS & 1].word) <=
	       1;
}

/* Whether it opened connections in the last window: who became something then, did. */
static __always_inline int sw_suspect_was_here(const struct sw_conduct_bucket *bucket, __u32 way,
					       __u32 now)
{
	__u32 then = now - SW_CONDUCT_WINDOW;
	__u64 word = bucket->entry[way].bank[then >> SW_CONDUCT_WINDOW_BITS & 1].word;

	return !((word ^ sw_conduct_window(then)) >> 48);
}

/* What was noted of broken rules when a window begins: of the last one, or of one before. */
static __always_inline __u16 sw_suspect_carry(const struct sw_conduct_bucket *bucket, __u32 way,
					      __u32 now)
{
	if (!(bucket->broken[way] & SW_CONDUCT_SLOWED) || !sw_suspect_was_here(bucket, way, now))
		return 0;
	return SW_CONDUCT_ALONE;
}

/* Takes a place among those that may be listed. 0: there is none. */
static __always_inline int sw_suspect_claim(const struct sw_detection *detection, __u64 now)
{
	struct sw_detected *state = sw_value_of(&detected);

	if (!detection->max_listed)
		return 0;
	if (sw_detected_take(state, now, now + detection->listed_ns, detection->max_listed)) {
		__sync_fetch_and_add(&state->listed, 1);
		return 1;
	}
	__sync_fetch_and_add(&state->refused, 1);
	state->refused_ns = now;
	return 0;
}

/* Lists a source as `origin`, if there is a place. 1: it is listed. `rules`: the broken ones
 * | origin << 32. A function of its own to the verifier. */
__attribute__((noinline)) int sw_suspect_list(__u64 hi, __u64 lo,
					      const struct sw_suspect_counts *seen, __u64 rules)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_detection *detection;
	struct sw_listing_now *scratch;
	const struct sw_live *there;
	__u64 now = sw_clock_ns();
	__u8 origin = rules >> 32;
	__u32 zero = 0;

	scratch = bpf_map_lookup_elem(&listing_now, &zero);
	if (!seen || !running || !scratch)
		return 0;
	((__u64 *)&scratch->key)[0] = sw_swap64(hi);
	((__u64 *)&scratch->key)[1] = sw_swap64(lo);
	there = bpf_map_lookup_elem(&live, &scratch->key);
	if (sw_live_has(there, now, origin))
		return 1;
	detection = &running->settings.detection;
	if (!sw_suspect_claim(detection, now))
		return 0;
	scratch->entry.since_ns = now;
	scratch->entry.until_ns = now + detection->listed_ns;
	scratch->entry.origin = origin;
	scratch->entry.length = !hi && lo >> 32 == 0xffff ? 128 : detection->length;
	sw_suspect_why(scratch, seen, rules);
	/* One that has ended may lie there still. */
	if (bpf_map_update_elem(&live, &scratch->key, &scratch->entry,
				there ? BPF_ANY : BPF_NOEXIST))
		return 0;
	sw_live_open(hi, lo);
	sw_suspect_tell(scratch);
	return 1;
}

/* The rules that a source breaks, of those for which it is slowed, or of those for which it
 * is listed. `at`: family | SW_SUSPECT_SLOW. A function of its own to the verifier. */
#define SW_SUSPECT_SLOW (1ULL << 32)

__attribute__((noinline)) int sw_suspect_rules(struct sw_suspect_counts *seen, __u64 hi, __u64 lo,
					       __u64 at)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_suspect_limits *limits;
	__u32 rules;

	if (!running || !seen)
		return 0;
	limits = at & SW_SUSPECT_SLOW ? &running->settings.detection.slow
				      : &running->settings.detection.limits;
	rules = sw_suspect_judge(limits, seen);
	if (!rules || seen->open > 1)
		return rules;
	seen->open += sw_suspect_dropped(hi, lo, at & SW_DECISION_FAMILY);
	return sw_suspect_judge(limits, seen);
}

/* Within how many units a contact counts: since this window began, for one who was listed in
 * the last. */
static __always_inline __u32 sw_suspect_within(const struct sw_detection *detection, __u32 broken)
{
	__u32 begun = sw_clock_slow() & (SW_CONDUCT_WINDOW - 1), within = detection->contact_within;

	return broken & SW_CONDUCT_ALONE && begun < within ? begun : within;
}

/* The same and what follows: the broken rules | origin << 32; 0. */
static __always_inline __u64 sw_suspect_verdict(const struct sw_detection *detection,
						struct sw_suspect_counts *seen, __u64 hi, __u64 lo,
						__u64 family, __u32 broken)
{
	int rules, slowed = (broken & SW_CONDUCT_SLOWED) != 0;

	if (detection->contact && (!seen->listens || detection->limits.servers_too) &&
	    !(slowed && detection->contact == SW_ORIGIN_SLOWED) &&
	    sw_suspect_called(hi, lo, family, sw_suspect_within(detection, broken)))
		return 1ULL << SW_RULE_CONTACT | (__u64)detection->contact << 32;
	if (seen->attempts <= 1)
		return 0;
	rules = sw_suspect_rules(seen, hi, lo, family);
	if (rules)
		return (__u32)rules | (__u64)SW_ORIGIN_DETECTED << 32;
	if (slowed || !detection->class)
		return 0;
	rules = sw_suspect_rules(seen, hi, lo, family | SW_SUSPECT_SLOW);
	return rules ? (__u32)rules | (__u64)SW_ORIGIN_SLOWED << 32 : 0;
}

/* Whether the rules were broken a second ago, too; notes since when they are. */
static __always_inline int sw_suspect_stays(__u16 *broken, __u32 now, __u32 settle)
{
	__u16 since = *broken & SW_CONDUCT_SINCE, units = now & SW_CONDUCT_SINCE;
	__u32 age = (units - since) & SW_CONDUCT_SINCE;

	if (!since) {
		*broken |= units && units != SW_CONDUCT_SINCE ? units : 1;
		return 0;
	}
	/* What stands for 0 may be a moment ahead. */
	return age >= settle && age <= SW_CONDUCT_WINDOW;
}

/* Judges by what is counted of a subscriber. `at`: as below. A function of its own to the
 * verifier, and of its own stack. */
__attribute__((noinline)) int sw_suspect_decide(__u64 hi, __u64 lo, __u64 at)
{
	const struct sw_policy *running = sw_running_policy();
	struct sw_spot spot = { .bucket = ((at >> 32) - 1) >> 3 };
	struct sw_conduct_bucket *bucket = sw_conduct_bucket(spot);
	__u32 way = ((at >> 32) - 1) & SW_ROW_WAY, now = sw_clock_slow();
	struct sw_suspect_counts seen = {};
	__u64 verdict;
	__u16 *broken;

	if (!running || !bucket)
		return 0;
	broken = &bucket->broken[way];
	if (*broken && sw_suspect_begins(bucket, way, now))
		*broken = sw_suspect_carry(bucket, way, now);
	if (*broken == SW_CONDUCT_LISTED)
		return 0;
	sw_suspect_count(&seen, at >> 32, *broken & SW_CONDUCT_ALONE ? 0 : ~0ULL);
	verdict = sw_suspect_verdict(&running->settings.detection, &seen, hi, lo,
				     at & SW_DECISION_FAMILY, *broken);
	if (!verdict) {
		if (*broken & SW_CONDUCT_SINCE)
			*broken &= ~SW_CONDUCT_SINCE;
		return 0;
	}
	if (!(verdict & 1U << SW_RULE_CONTACT) &&
	    !sw_suspect_stays(broken, now, running->settings.detection.settle))
		return 0;
	if (sw_suspect_list(hi, lo, &seen, verdict))
		*broken = verdict >> 32 == SW_ORIGIN_SLOWED
				  ? SW_CONDUCT_SLOWED | (*broken & SW_CONDUCT_ALONE)
				  : SW_CONDUCT_LISTED;
	return 0;
}

/*
 * Judges a subscriber of whom a SYN was noted. `at`: sw_suspect_place() << 32 | the
 * decision.
 */
static __always_inline int sw_suspect_look(__u64 hi, __u64 lo, __u64 at)
{
	const struct sw_policy *running = sw_running_policy();

	if (!running || !running->settings.detection.max_listed)
		return 0;
	return sw_suspect_decide(hi, lo, at);
}

#endif
