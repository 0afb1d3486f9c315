/* SPDX-License-Identifier: GPL-2.0 */
/* Who had packets dropped: include/maps/ledger.h has what is written. */
#ifndef SPAMWEIR_LEDGER_H
#define SPAMWEIR_LEDGER_H

#include "clock.h"
#include "maps.h"
#include "parse.h"

#define SW_LEDGER_TRIES 3

/* How a subject's place was found. */
enum sw_place {
	SW_PLACE_NONE, /* others took it too often */
	SW_PLACE_KNOWN,
	SW_PLACE_FREE,
	SW_PLACE_EVICTED,
};

static __always_inline struct sw_ledger_entry *sw_ledger_at(struct sw_ledger *state, __u32 index)
{
	return &state->entry[index & (SW_LEDGER_ENTRIES - 1)];
}

static __always_inline __u64 sw_ledger_tag(struct sw_ledger *state, __u32 index)
{
	return *(const volatile __u64 *)&sw_ledger_at(state, index)->subject.tag;
}

static __always_inline int sw_ledger_claim(struct sw_ledger *state, __u32 index, __u64 former,
					   __u64 tag)
{
	__u64 seen =
		__sync_val_compare_and_swap(&sw_ledger_at(state, index)->subject.tag, former, tag);

	if (seen == former)
		return former ? SW_PLACE_EVICTED : SW_PLACE_FREE;
	return seen == tag ? SW_PLACE_KNOWN : SW_PLACE_NONE;
}

/* Takes the place of the one in the bucket whose last drop is longest ago. */
static __always_inline int sw_ledger_evict(struct sw_ledger *state, __u32 *index, __u64 tag,
					   __u32 now)
{
	__u32 home = *index, oldest = 0, i;

	for (i = 0; i < SW_SUBJECT_WAYS; i++) {
		__u32 at = sw_subject_next(home, i);
		__u32 age = now - *(const volatile __u32 *)&sw_ledger_at(state, at)->last;

		if (age >= oldest) {
			oldest = age;
			*index = at;
		}
	}
	return sw_ledger_claim(state, *index, sw_ledger_tag(state, *index), tag);
}

/* The place of a tag, its own or one that was claimed for it. *index begins as its
 * home. */
static __always_inline int sw_ledger_find(struct sw_ledger *state, __u32 *index, __u64 tag,
					  __u32 now)
{
	__u32 home = *index, i;

	for (i = 0; i < SW_SUBJECT_WAYS; i++) {
		__u64 seen;

		*index = sw_subject_next(home, i);
		seen = sw_ledger_tag(state, *index);
		if (seen == tag)
			return SW_PLACE_KNOWN;
		if (!seen)
			return sw_ledger_claim(state, *index, 0, tag);
	}
	*index = home;
	return sw_ledger_evict(state, index, tag, now);
}

static __always_inline void sw_ledger_begin(struct sw_ledger_entry *entry, __u64 hi, __u64 lo,
					    __u32 now, int clear)
{
	int i;

	/* First, for by it the next one is evicted. */
	entry->last = now;
	entry->first = now;
	if (clear) {
		for (i = 0; i < SW_LEDGER_REASONS; i++) {
			entry->count[i] = 0;
			entry->carry[i] = 0;
		}
		entry->about = 0;
	}
	entry->subject.hi = hi;
	entry->subject.lo = lo;
}

/* Nearly always the one before was alike, and nothing is written. */
static __always_inline void sw_ledger_tell(struct sw_ledger_entry *entry, __u64 peer_hi,
					   __u64 peer_lo, __u32 about)
{
	__u32 seen = *(const volatile __u32 *)&entry->about;

	if ((seen & SW_LEDGER_ABOUT) == about && entry->peer_lo == peer_lo &&
	    entry->peer_hi == peer_hi)
		return;
	if (seen & SW_LEDGER_BUSY ||
	    __sync_val_compare_and_swap(&entry->about, seen, seen | SW_LEDGER_BUSY) != seen)
		return;
	entry->peer_hi = peer_hi;
	entry->peer_lo = peer_lo;
	seen = (seen + SW_LEDGER_CHANGE) & ~(SW_LEDGER_BUSY | SW_LEDGER_ABOUT);
	/* A swap, for it orders what was written before it. */
	__sync_lock_test_and_set(&entry->about, seen | about);
}

static __always_inline void sw_ledger_count(struct sw_ledger_entry *entry, __u32 reason)
{
	__u32 at = reason - SW_LEDGER_FIRST;

	if (at >= SW_LEDGER_REASONS)
		return;
	if (__sync_fetch_and_add(&entry->count[at], 1) == ~0U)
		entry->carry[at]++;
}

#define SW_NOTE_REMOTE (1ULL << 32)  /* the side */
#define SW_NOTE_SENT_IN (1ULL << 33) /* by the peer, to the subject */

/*
 * Notes a drop. Addresses: the subject's, and that of whom it dealt with. `word`:
 * the decision, and what is said above.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_ledger_note(__u64 hi, __u64 lo, __u64 peer_hi, __u64 peer_lo,
					     __u64 word)
{
	const struct sw_seed keys = sw_seed_now();
	__u32 side = (word & SW_NOTE_REMOTE) != 0, decision = word, now = sw_clock_slow(), zero = 0,
	      home, at;
	__u64 tag = sw_subject_tag(&keys, hi, lo, sw_decision_family(decision) == SW_IPV6, side);
	struct sw_ledger *state = bpf_map_lookup_elem(&ledger, &zero);
	int try, place = SW_PLACE_NONE;
	struct sw_ledger_entry *entry;

	if (!state)
		return 0;
	at = home = sw_subject_home(tag, SW_LEDGER_BITS);
	for (try = 0; try < SW_LEDGER_TRIES && place == SW_PLACE_NONE; try++) {
		at = home;
		place = sw_ledger_find(state, &at, tag, now);
	}
	if (place == SW_PLACE_NONE) {
		__sync_fetch_and_add(&state->missed[side], 1);
		return 0;
	}
	entry = sw_ledger_at(state, at);
	if (place != SW_PLACE_KNOWN) {
		sw_ledger_begin(entry, hi, lo, now, place == SW_PLACE_EVICTED);
		if (place == SW_PLACE_EVICTED)
			__sync_fetch_and_add(&state->evicted[side], 1);
		else
			__sync_fetch_and_add(&state->used[side], 1);
	}
	sw_ledger_count(entry, sw_decision_reason(decision));
	if (entry->last != now)
		entry->last = now;
	sw_ledger_tell(entry, peer_hi, peer_lo,
		       sw_ledger_about(sw_decision_reason(decision), sw_decision_feed(decision),
				       (word & SW_NOTE_SENT_IN) != 0,
				       decision & SW_DECISION_MONITORED));
	return 0;
}

/* Of what a C&C address sends in, the subject is whom it is for. */
static __always_inline int sw_is_sent_in(__u32 decision, __u32 role)
{
	return role == SW_UPSTREAM && sw_decision_reason(decision) == SW_CNC_SRC;
}

static __always_inline __u64 sw_note_word(__u32 decision, __u32 role)
{
	if (sw_is_sent_in(decision, role))
		return decision | SW_NOTE_SENT_IN;
	return decision | (role == SW_UPSTREAM ? SW_NOTE_REMOTE : 0);
}

static __always_inline void sw_ledger_drop4(__u32 source, __u32 destination, __u32 decision,
					    __u32 role)
{
	int sent_in = sw_is_sent_in(decision, role);

	sw_ledger_note(0, SW_SUBJECT_IPV4_PREFIX | (sent_in ? destination : source), 0,
		       SW_SUBJECT_IPV4_PREFIX | (sent_in ? source : destination),
		       sw_note_word(decision, role));
}

static __always_inline void sw_ledger_drop6(const struct sw_packet *packet, __u32 decision,
					    __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	int sent_in = sw_is_sent_in(decision, role);
	struct sw_in6 subject = sent_in ? packet->dst6 : packet->src6;
	struct sw_in6 peer = sent_in ? packet->src6 : packet->dst6;

	if (!running)
		return;
	sw_ledger_note(subject.hi & running->settings.source_mask_hi,
		       subject.lo & running->settings.source_mask_lo, peer.hi, peer.lo,
		       sw_note_word(decision, role));
}

/* Notes what was decided if it cuts. Stands in front of the verdict. */
static __always_inline void sw_ledger_packet(const struct sw_packet *packet, __u32 decision,
					     __u32 role)
{
	if (!sw_reason_cuts(sw_decision_reason(decision)))
		return;
	if (packet->family == SW_IPV4)
		sw_ledger_drop4(packet->src4, packet->dst4, decision, role);
	else if (packet->family == SW_IPV6)
		sw_ledger_drop6(packet, decision, role);
}

#endif
