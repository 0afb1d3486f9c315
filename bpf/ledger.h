/* SPDX-License-Identifier: GPL-2.0 */
/* Who had packets dropped: include/maps/ledger.h has what is written. */
#ifndef SPAMWEIR_LEDGER_H
#define SPAMWEIR_LEDGER_H

#include "clock.h"
#include "maps.h"
#include "parse.h"
#include "row.h"

static __always_inline struct sw_ledger_entry *sw_ledger_entry_at(struct sw_ledger_bucket *bucket,
								  __u32 way)
{
	return &bucket->entry[way & SW_ROW_WAY];
}

static __always_inline __u64 *sw_ledger_main_at(struct sw_ledger_bucket *bucket, __u32 way)
{
	return &bucket->main[way & SW_ROW_WAY];
}

/* A drop, as the ledger takes it. */
struct sw_note {
	struct sw_subject subject;
	struct sw_subject peer;
	__u32 now;
	__u32 about;
	__u32 reason; /* its place */
};

static __always_inline void sw_ledger_mark(struct sw_row *row, __u32 way)
{
	if (!(row->marks >> (way & SW_ROW_WAY) & 1))
		__sync_fetch_and_or(&row->marks, 1 << (way & SW_ROW_WAY));
}

/* The mark goes first: whoever counts meanwhile sees that it is gone, and sets it. */
static __always_inline void sw_ledger_clear_others(struct sw_row *row,
						   struct sw_ledger_entry *entry, __u32 way)
{
	__u64 *other = (__u64 *)entry->count;
	int i;

	__sync_fetch_and_and(&row->marks, ~(1 << (way & SW_ROW_WAY)));
	SW_UNROLL
	for (i = 0; i < (int)((sizeof(entry->count) + sizeof(entry->carry)) / sizeof(*other)); i++)
		other[i] = 0;
}

/* All that a drop leaves beside the count, whoever had the place before. Nothing is read, so
 * that nobody waits for memory; and it comes behind all that is atomic, which waits for what
 * was written before it. */
static __always_inline void sw_ledger_stamp(struct sw_ledger_entry *entry, int taken,
					    const struct sw_note *note)
{
	entry->last = note->now;
	entry->subject = note->subject;
	entry->first[sw_row_known(taken)] = note->now;
	entry->spared[sw_row_kept(taken)] = 0;
}

static __always_inline void sw_ledger_tell(struct sw_ledger_entry *entry,
					   const struct sw_note *note)
{
	entry->about = note->about;
	entry->peer = note->peer;
}

/* Lets others tell again. What was told is to be seen before this: where processors keep the
 * order of what they write, that takes no more than a store, which waits for nobody. */
static __always_inline void sw_ledger_told(__u64 *main)
{
#ifdef __TARGET_ARCH_x86
	__asm__ volatile("" : : : "memory");
	((volatile __u8 *)main)[SW_LEDGER_BUSY_BYTE] = 0;
#else
	__u64 seen = __sync_fetch_and_and(main, ~SW_LEDGER_BUSY);

	/* Unless it is used, it is not fetched, and then nothing is put in order either. */
	__asm__ volatile("" : : "r"(seen));
#endif
}

/* What `main` is to be; without a branch, as in a row. */
static __always_inline __u64 sw_ledger_next(__u64 seen, int taken, __u32 at)
{
	__u64 his = ~sw_row_if_zero(seen >> 1) & -(__u64)sw_row_kept(taken);
	__u64 next = sw_ledger_main(at, 0);

	next ^= (next ^ seen) & his;
	return sw_ledger_is_main(next, at) ? next + SW_LEDGER_DROP : next;
}

/* Another is telling or counting: there is a main reason by now. */
static __always_inline int sw_ledger_count_beside(__u64 *main, __u32 at)
{
	if (!sw_ledger_is_main(*(const volatile __u64 *)main, at))
		return 0;
	__sync_fetch_and_add(main, SW_LEDGER_DROP);
	return 1;
}

/* Counts a drop for the main reason, which is that of an entry's first, and tells of any.
 * Returns 0 if it is another's. */
static __always_inline int sw_ledger_count_main(struct sw_ledger_entry *entry, __u64 *main,
						int taken, const struct sw_note *note)
{
	__u64 seen = *(const volatile __u64 *)main;
	__u64 next = sw_ledger_next(seen, taken, note->reason);
	int counted = sw_ledger_is_main(next, note->reason);

	if (!(seen & SW_LEDGER_BUSY) &&
	    __sync_val_compare_and_swap(main, seen, next | SW_LEDGER_BUSY) == seen) {
		sw_ledger_stamp(entry, taken, note);
		sw_ledger_tell(entry, note);
		sw_ledger_told(main);
		return counted;
	}
	if (taken & SW_ROW_EVICTED) {
		*main = next; /* whatever is counted of the other in this moment */
		sw_ledger_tell(entry, note);
	} else {
		counted = sw_ledger_count_beside(main, note->reason);
	}
	sw_ledger_stamp(entry, taken, note);
	return counted;
}

/* Where monitor mode let the packet pass. */
static __always_inline void sw_ledger_spare(struct sw_ledger_entry *entry,
					    const struct sw_note *note)
{
	if (sw_ledger_monitored(note->about) && entry->spared[0] != ~0U)
		__sync_fetch_and_add(&entry->spared[0], 1);
}

static __always_inline void sw_ledger_add(struct sw_ledger_bucket *bucket, int taken,
					  const struct sw_note *note)
{
	__u64 *main = sw_kept_address(sw_ledger_main_at(bucket, taken));
	struct sw_ledger_entry *entry = sw_kept_address(sw_ledger_entry_at(bucket, taken));
	__u32 at = note->reason;
	int counted;

	if (bucket->row.marks >> (taken & SW_ROW_WAY) & 1 && taken & SW_ROW_EVICTED)
		sw_ledger_clear_others(&bucket->row, entry, taken);
	counted = sw_ledger_count_main(entry, main, taken, note);
	sw_ledger_spare(entry, note);
	if (counted || at >= SW_LEDGER_REASONS)
		return;
	if (__sync_fetch_and_add(&entry->count[at], 1) == ~0U)
		entry->carry[at]++;
	sw_ledger_mark(&bucket->row, taken);
}

#define SW_NOTE_SENT_IN (1ULL << 33) /* by the peer, to the subject */

static __always_inline struct sw_spot sw_note_spot(__u64 hi, __u64 lo, __u64 word)
{
	const struct sw_seed keys = sw_seed_now();

	return sw_spot(&keys, hi, lo, sw_decision_family(word) == SW_IPV6,
		       (word & SW_NOTE_REMOTE) != 0, SW_LEDGER_BITS);
}

static __always_inline struct sw_ledger_bucket *sw_ledger_bucket(struct sw_spot spot)
{
	struct sw_ledger *state = sw_value_of(&ledger);
	__u64 index = spot.bucket;

	/* Else the compiler leaves out the mask, which changes nothing, and the verifier
	 * of 6.1 misses it. */
	__asm__("" : "+r"(index));
	return sw_kept_address(&state->bucket[index & (SW_LEDGER_BUCKETS - 1)]);
}

/* What the ledger has of a subscriber. */
struct sw_ledger_known {
	const struct sw_ledger_entry *entry; /* or NULL */
	__u64 main;
};

/* `word`: family. */
static __always_inline struct sw_ledger_known sw_ledger_find(__u64 hi, __u64 lo, __u64 word)
{
	struct sw_spot spot = sw_note_spot(hi, lo, word & SW_DECISION_FAMILY);
	struct sw_ledger_bucket *bucket = sw_ledger_bucket(spot);
	struct sw_ledger_known known = {};
	struct sw_found_way found;

	found = sw_row_best(&bucket->row, spot.tag, sw_clock_slow());
	if (sw_row_tag(found.word) == spot.tag) {
		known.entry = sw_ledger_entry_at(bucket, found.at);
		known.main = *sw_ledger_main_at(bucket, found.at);
	}
	return known;
}

/* Begins to load what noting a drop asks for first. `word`: family and side alone. */
static __always_inline void sw_ledger_preload(__u64 hi, __u64 lo, __u64 word)
{
	struct sw_ledger_bucket *bucket = sw_ledger_bucket(sw_note_spot(hi, lo, word));

	sw_preload(&bucket->row);
	sw_preload(bucket->main);
}

/*
 * Notes a drop. `hi` and `lo` are the subject's address, `peer_hi` and `peer_lo` that of
 * whom it dealt with. `word`: the decision | SW_NOTE_...
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_ledger_note(__u64 hi, __u64 lo, __u64 peer_hi, __u64 peer_lo,
					     __u64 word)
{
	struct sw_note note = { .now = sw_clock_slow() };
	struct sw_spot spot = sw_note_spot(hi, lo, word);
	struct sw_ledger_bucket *bucket = sw_ledger_bucket(spot);
	__u32 decision = word;
	int taken;

	taken = sw_row_take(&bucket->row, spot.tag, note.now);
	sw_row_tally(SW_TALLY_LEDGER + ((word & SW_NOTE_REMOTE) != 0), taken);
	if (taken < 0)
		return 0;
	note.subject = (struct sw_subject){ hi, lo };
	note.peer = (struct sw_subject){ peer_hi, peer_lo };
	note.reason = sw_decision_reason(decision) - SW_LEDGER_FIRST;
	note.about = sw_ledger_about(sw_decision_reason(decision), sw_decision_feed(decision),
				     (word & SW_NOTE_SENT_IN) != 0,
				     decision & SW_DECISION_MONITORED);
	sw_ledger_add(bucket, taken, &note);
	return 0;
}

/* Whether a C&C address sent it in: then the subject is its destination. */
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

static __always_inline void sw_ledger_drop6(const struct sw_pair6 *pair, __u32 decision, __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	int sent_in = sw_is_sent_in(decision, role);
	struct sw_in6 subject = sent_in ? pair->destination : pair->source;
	struct sw_in6 peer = sent_in ? pair->source : pair->destination;

	if (!running)
		return;
	sw_ledger_note(subject.hi & running->settings.source_mask_hi,
		       subject.lo & running->settings.source_mask_lo, peer.hi, peer.lo,
		       sw_note_word(sw_decision_as6(decision), role));
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
		sw_ledger_drop6(&packet->pair6, decision, role);
}

#endif
