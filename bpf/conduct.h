/* SPDX-License-Identifier: GPL-2.0 */
/* How sources open SMTP connections: include/maps/conduct.h has what is written. */
#ifndef SPAMWEIR_CONDUCT_H
#define SPAMWEIR_CONDUCT_H

#include "clock.h"
#include "conduct_place.h"
#include "decide.h"
#include "maps.h"
#include "parse_ip.h"
#include "row.h"
#include "suspect.h"

/* What is noted. */
struct sw_syn {
	struct sw_subject subject;
	__u64 server; /* sw_conduct_server() */
	__u64 window;
	__u32 bank;
	int attempt;
};

/* Where a server's bit is, and which one. */
static __always_inline __u32 sw_conduct_half(__u64 server)
{
	return server >> 63;
}

static __always_inline __u64 sw_conduct_bit(__u64 server)
{
	return 1ULL << (server >> 57 & 63);
}

/* A SYN, in a bank's word. */
static __always_inline __u64 sw_conduct_one(int attempt)
{
	return SW_CONDUCT_SYN + (attempt ? SW_CONDUCT_ATTEMPT : 0);
}

static __always_inline void sw_conduct_count(struct sw_conduct_bank *bank, const struct sw_syn *syn)
{
	__u64 seen = *(const volatile __u64 *)&bank->word, bit = sw_conduct_bit(syn->server);
	__u64 *servers = &bank->servers[sw_conduct_half(syn->server)];

	if ((seen ^ syn->window) >> 48 || !seen) {
		/* The last but one's. It is empty before it is this one's. */
		bank->servers[0] = 0;
		bank->servers[1] = 0;
		__sync_val_compare_and_swap(&bank->word, seen, syn->window);
		seen = 0;
	}
	if (!(*(const volatile __u64 *)servers & bit))
		__sync_fetch_and_or(servers, bit);
	if (sw_conduct_syns(seen) < SW_CONDUCT_MOST)
		__sync_fetch_and_add(&bank->word, sw_conduct_one(syn->attempt));
}

/* In place of another's: as in the ledger, all of it is written and nothing read or
 * locked, so that nobody waits for memory. */
static __always_inline void sw_conduct_replace(struct sw_conduct_bucket *bucket, __u32 way,
					       const struct sw_syn *syn)
{
	struct sw_conduct_entry *entry = &bucket->entry[way & SW_ROW_WAY];
	struct sw_conduct_bank *bank = &entry->bank[syn->bank & 1];
	__u64 *answers = bucket->answers[way & SW_ROW_WAY];
	__u32 half = sw_conduct_half(syn->server);

	answers[0] = 0;
	answers[1] = 0;
	bucket->broken[way & SW_ROW_WAY] = 0;
	entry->bank[~syn->bank & 1] = (struct sw_conduct_bank){};
	bank->word = syn->window + sw_conduct_one(syn->attempt);
	bank->servers[half & 1] = sw_conduct_bit(syn->server);
	bank->servers[~half & 1] = 0;
	/* Last, for whoever reads: all before it was another's. */
	__asm__ volatile("" : : : "memory");
	entry->subject = syn->subject;
}

/* A place that is empty, or another's, for who has sent no SYN. */
static __always_inline void sw_conduct_claim(struct sw_conduct_bucket *bucket, __u32 way, __u64 hi,
					     __u64 lo)
{
	struct sw_conduct_entry *entry = &bucket->entry[way & SW_ROW_WAY];
	__u64 *answers = bucket->answers[way & SW_ROW_WAY];
	int i;

	SW_UNROLL
	for (i = 0; i < 2; i++) {
		entry->bank[i] = (struct sw_conduct_bank){};
		answers[i] = 0;
	}
	entry->subject = (struct sw_subject){ hi, lo };
}

/*
 * Notes a SYN. The subject's address; sw_conduct_server(); `word`: the decision, and
 * the side as the ledger takes it. Returns sw_suspect_place() of one who was known.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_conduct_note(__u64 hi, __u64 lo, __u64 server, __u64 word)
{
	struct sw_spot spot = sw_conduct_spot(hi, lo, sw_decision_family(word) == SW_IPV6,
					      (word & SW_NOTE_REMOTE) != 0);
	struct sw_conduct_bucket *bucket = sw_conduct_bucket(spot);
	__u32 now = sw_clock_slow();
	struct sw_conduct_entry *entry;
	struct sw_syn syn;
	int way;

	way = sw_row_take(&bucket->row, spot.tag, now);
	if (way & SW_ROW_RARE)
		sw_row_tally(SW_TALLY_CONDUCT + ((word & SW_NOTE_REMOTE) != 0), way);
	if (way < 0)
		return 0;
	entry = sw_kept_address(&bucket->entry[way & SW_ROW_WAY]);
	syn = (struct sw_syn){
		.subject = { hi, lo },
		.server = server,
		.window = sw_conduct_window(now),
		.bank = now >> SW_CONDUCT_WINDOW_BITS & 1,
		.attempt = (word & SW_DECISION_ATTEMPT) != 0,
	};
	if (way & SW_ROW_EVICTED) {
		sw_conduct_replace(bucket, way, &syn);
		return 0;
	}
	if (way & SW_ROW_NEW)
		entry->subject = syn.subject;
	sw_conduct_count(&entry->bank[syn.bank], &syn);
	return sw_suspect_place(spot.bucket, way & SW_ROW_WAY);
}

/* Notes a SYN, and judges its source by all that is noted, if it is a subscriber. As
 * above.
 *
 * A function of its own to the verifier, and of its own stack. */
__attribute__((noinline)) int sw_conduct_syn(__u64 hi, __u64 lo, __u64 server, __u64 word)
{
	int place = sw_conduct_note(hi, lo, server, word);

	if (place <= 0 || word & SW_NOTE_REMOTE)
		return 0;
	return sw_suspect_look(hi, lo, (__u64)place << 32 | (__u32)word);
}

static __always_inline void sw_conduct_syn4(__u32 source, __u32 destination, __u16 port,
					    __u32 decision, __u32 role)
{
	const struct sw_seed keys = sw_seed_now();

	sw_conduct_syn(0, SW_SUBJECT_IPV4_PREFIX | source,
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
	sw_conduct_syn(pair->source.hi & running->settings.source_mask_hi,
		       pair->source.lo & running->settings.source_mask_lo,
		       sw_conduct_server(&keys, pair->destination.hi, pair->destination.lo, port),
		       sw_decision_as6(decision) | (role == SW_UPSTREAM ? SW_NOTE_REMOTE : 0));
}

/* What an answer is: SW_CONDUCT_ANSWERED, SW_CONDUCT_REFUSED, or 0. */
static __always_inline __u64 sw_answer_of(__u8 flags, __u32 seq)
{
	flags &= SW_TCP_SYN | SW_TCP_RST | SW_TCP_ACK;
	if (flags == (SW_TCP_SYN | SW_TCP_ACK))
		return SW_CONDUCT_ANSWERED;
	return flags == (SW_TCP_RST | SW_TCP_ACK) && !seq ? SW_CONDUCT_REFUSED : 0;
}

static __always_inline void sw_conduct_add(__u64 *answers, __u64 window, __u64 what)
{
	__u64 seen = *(const volatile __u64 *)answers;
	__u32 count = what == SW_CONDUCT_REFUSED ? sw_conduct_refused(seen)
						 : sw_conduct_answered(seen);

	if ((seen ^ window) >> 48 || !seen) {
		if (__sync_val_compare_and_swap(answers, seen, window | what) == seen)
			return;
		count = 0; /* of another window; somebody has begun this one */
	}
	if (what == SW_CONDUCT_LISTENS) {
		if (!(seen & what) || !count)
			__sync_fetch_and_or(answers, what);
	} else if (count < SW_CONDUCT_MOST_ANSWERS) {
		__sync_fetch_and_add(answers, what);
	}
}

/*
 * Notes what came back to a subject or, if that is SW_CONDUCT_LISTENS, what it answered.
 * Only the latter makes a subject known. `word`: family and side, as above.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_conduct_answer(__u64 hi, __u64 lo, __u64 word, __u64 what)
{
	const struct sw_seed keys = sw_seed_now();
	struct sw_spot spot = sw_spot(&keys, hi, lo, sw_decision_family(word) == SW_IPV6,
				      (word & SW_NOTE_REMOTE) != 0, SW_CONDUCT_BITS);
	struct sw_conduct_bucket *bucket = sw_conduct_bucket(spot);
	__u32 now = sw_clock_slow();
	struct sw_found_way found;
	__u64 *answers;
	int way;

	if (what == SW_CONDUCT_LISTENS) {
		way = sw_row_take(&bucket->row, spot.tag, now);
		if (way & SW_ROW_RARE)
			sw_row_tally(SW_TALLY_CONDUCT + ((word & SW_NOTE_REMOTE) != 0), way);
		if (way < 0)
			return 0;
		if (way & SW_ROW_RARE)
			sw_conduct_claim(bucket, way, hi, lo);
	} else {
		found = sw_row_best(&bucket->row, spot.tag, now);
		if (sw_row_tag(found.word) != spot.tag)
			return 0;
		way = found.at;
	}
	answers = bucket->answers[way & SW_ROW_WAY];
	sw_conduct_add(&answers[now >> SW_CONDUCT_WINDOW_BITS & 1], sw_conduct_window(now), what);
	return 0;
}

static __always_inline __u64 sw_answer_word(__u8 family, __u32 role)
{
	return SW_DECISION(SW_CLEAN, family, 0) | (role == SW_UPSTREAM ? 0 : SW_NOTE_REMOTE);
}

static __always_inline void sw_conduct_back4(__u32 source, __u32 destination, __u64 what,
					     __u32 role)
{
	sw_conduct_answer(0, SW_SUBJECT_IPV4_PREFIX | destination, sw_answer_word(SW_IPV4, role),
			  what);
	if (role == SW_ACCESS && what == SW_CONDUCT_ANSWERED)
		sw_conduct_answer(0, SW_SUBJECT_IPV4_PREFIX | source,
				  SW_DECISION(SW_CLEAN, SW_IPV4, 0), SW_CONDUCT_LISTENS);
}

/* Notes an answer to an address of `family`. Whoever talks to a subscriber of 4in6 has an IPv4 address. */
static __always_inline void sw_conduct_back6(const struct sw_settings *settings,
					     const struct sw_pair6 *pair, __u64 what, __u32 role,
					     __u8 family)
{
	__u64 hi = settings->source_mask_hi, lo = settings->source_mask_lo;
	struct sw_in6 to = pair->destination;

	if (family == SW_IPV6) {
		to.hi &= hi;
		to.lo &= lo;
	}
	sw_conduct_answer(to.hi, to.lo, sw_answer_word(family, role), what);
	if (role == SW_ACCESS && what == SW_CONDUCT_ANSWERED)
		sw_conduct_answer(pair->source.hi & hi, pair->source.lo & lo,
				  SW_DECISION(SW_CLEAN, SW_IPV6, 0), SW_CONDUCT_LISTENS);
}

/* Notes answers among what passes. */
static __always_inline void sw_conduct_back(const struct sw_packet *packet, __u32 decision,
					    __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	__u64 what = sw_answer_of(packet->tcp_flags, packet->seq);

	if (!what || !running || role >= SW_ROLES || sw_reason_cuts(sw_decision_reason(decision)) ||
	    !sw_is_smtp_port(&running->settings, packet->sport))
		return;
	if (packet->family == SW_IPV4)
		sw_conduct_back4(packet->src4, packet->dst4, what, role);
	else if (packet->family == SW_IPV6)
		sw_conduct_back6(&running->settings, &packet->pair6, what, role,
				 role == SW_ACCESS ? sw_decision_family(decision) : SW_IPV6);
}

/* The same of a frame that is plain. `word`: the decision, and its role << 32. Functions of
 * their own to the verifier. */
static __always_inline int sw_answer_in(struct sw_packet *packet, const struct sw_tcp *tcp)
{
	packet->tcp_flags = tcp->flags;
	packet->seq = sw_swap32(tcp->seq);
	packet->sport = sw_swap16(tcp->sport);
	return (tcp->flags & (SW_TCP_SYN | SW_TCP_RST)) != 0;
}

__attribute__((noinline)) int sw_conduct_plain4(struct xdp_md *ctx, __u64 word)
{
	const struct iphdr *ip = (const void *)(long)ctx->data + sizeof(struct sw_ethernet);
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	struct sw_packet packet = { .family = SW_IPV4 };

	if ((const void *)(tcp + 1) > (const void *)(long)ctx->data_end ||
	    ip->protocol != IPPROTO_TCP || !sw_answer_in(&packet, tcp))
		return 0;
	packet.src4 = sw_swap32(ip->saddr);
	packet.dst4 = sw_swap32(ip->daddr);
	sw_conduct_back(&packet, word, word >> 32);
	return 0;
}

__attribute__((noinline)) int sw_conduct_plain6(struct xdp_md *ctx, __u64 word)
{
	const struct ipv6hdr *ip = (const void *)(long)ctx->data + sizeof(struct sw_ethernet);
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	struct sw_packet packet = { .family = SW_IPV6 };

	if ((const void *)(tcp + 1) > (const void *)(long)ctx->data_end ||
	    ip->nexthdr != IPPROTO_TCP || !sw_answer_in(&packet, tcp))
		return 0;
	packet.pair6.source = sw_in6_read(&ip->saddr);
	packet.pair6.destination = sw_in6_read(&ip->daddr);
	sw_conduct_back(&packet, word, word >> 32);
	return 0;
}

static __always_inline void sw_conduct_packet(const struct sw_packet *packet, __u32 decision,
					      __u32 role)
{
	sw_conduct_back(packet, decision, role);
	if (!sw_decision_is_syn(decision))
		return;
	if (packet->family == SW_IPV4)
		sw_conduct_syn4(packet->src4, packet->dst4, packet->dport, decision, role);
	else if (packet->family == SW_IPV6)
		sw_conduct_syn6(&packet->pair6, packet->dport, decision, role);
}

#endif
