/* SPDX-License-Identifier: GPL-2.0 */
/* How sources open SMTP connections: include/maps/conduct.h has what is written. */
#ifndef SPAMWEIR_CONDUCT_H
#define SPAMWEIR_CONDUCT_H

#include "clock.h"
#include "maps.h"
#include "parse.h"
#include "row.h"

static __always_inline void sw_conduct_count(struct sw_conduct_bank *bank, __u64 window,
					     __u64 server, int attempt)
{
	__u64 seen = *(const volatile __u64 *)&bank->word;
	__u64 bit = 1ULL << (server >> 57 & 63);
	__u64 *servers = &bank->servers[server >> 63];

	if ((seen ^ window) >> 48 || !seen) {
		/* The last but one's. It is empty before it is this one's. */
		bank->servers[0] = 0;
		bank->servers[1] = 0;
		__sync_val_compare_and_swap(&bank->word, seen, window);
		seen = 0;
	}
	if (!(*(const volatile __u64 *)servers & bit))
		__sync_fetch_and_or(servers, bit);
	if (sw_conduct_syns(seen) < SW_CONDUCT_MOST)
		__sync_fetch_and_add(&bank->word,
				     SW_CONDUCT_SYN + (attempt ? SW_CONDUCT_ATTEMPT : 0));
}

static __always_inline void sw_conduct_claim(struct sw_conduct_entry *entry, __u64 hi, __u64 lo)
{
	int i;

	SW_UNROLL
	for (i = 0; i < 2; i++)
		entry->bank[i] = (struct sw_conduct_bank){};
	entry->subject = (struct sw_subject){ hi, lo };
}

/*
 * Notes a SYN. The subject's address; sw_conduct_server(); `word`: the decision, and
 * the side as the ledger takes it.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_conduct_note(__u64 hi, __u64 lo, __u64 server, __u64 word)
{
	const struct sw_seed keys = sw_seed_now();
	struct sw_spot spot = sw_spot(&keys, hi, lo, sw_decision_family(word) == SW_IPV6,
				      (word & SW_NOTE_REMOTE) != 0, SW_CONDUCT_BITS);
	__u32 now = sw_clock_slow(), zero = 0;
	struct sw_conduct *state = bpf_map_lookup_elem(&conduct, &zero);
	struct sw_conduct_bucket *bucket;
	struct sw_conduct_entry *entry;
	__u64 index = spot.bucket;
	int way;

	if (!state)
		return 0;
	/* As in the ledger. */
	__asm__("" : "+r"(index));
	bucket = &state->bucket[index & (SW_CONDUCT_BUCKETS - 1)];
	way = sw_row_take(&bucket->row, spot.tag, now);
	if (way < 0)
		return 0;
	entry = &bucket->entry[way & SW_ROW_WAY];
	if (way & (SW_ROW_NEW | SW_ROW_EVICTED))
		sw_conduct_claim(entry, hi, lo);
	sw_conduct_count(&entry->bank[now >> SW_CONDUCT_WINDOW_BITS & 1], sw_conduct_window(now),
			 server, (word & SW_DECISION_ATTEMPT) != 0);
	return 0;
}

static __always_inline void sw_conduct_syn4(__u32 source, __u32 destination, __u16 port,
					    __u32 decision, __u32 role)
{
	const struct sw_seed keys = sw_seed_now();

	sw_conduct_note(0, SW_SUBJECT_IPV4_PREFIX | source,
			sw_conduct_server(&keys, 0, destination, port),
			decision | (role == SW_UPSTREAM ? SW_NOTE_REMOTE : 0));
}

static __always_inline void sw_conduct_syn6(const struct sw_pair6 *pair, __u16 port, __u32 decision,
					    __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_seed keys = sw_seed_now();

	if (!running)
		return;
	sw_conduct_note(pair->source.hi & running->settings.source_mask_hi,
			pair->source.lo & running->settings.source_mask_lo,
			sw_conduct_server(&keys, pair->destination.hi, pair->destination.lo, port),
			sw_decision_as6(decision) | (role == SW_UPSTREAM ? SW_NOTE_REMOTE : 0));
}

static __always_inline void sw_conduct_packet(const struct sw_packet *packet, __u32 decision,
					      __u32 role)
{
	if (!sw_decision_is_syn(decision))
		return;
	if (packet->family == SW_IPV4)
		sw_conduct_syn4(packet->src4, packet->dst4, packet->dport, decision, role);
	else if (packet->family == SW_IPV6)
		sw_conduct_syn6(&packet->pair6, packet->dport, decision, role);
}

#endif
