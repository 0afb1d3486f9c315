/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of a packet, gathered under one generation, and judged. */
#ifndef SPAMWEIR_DECIDE_H
#define SPAMWEIR_DECIDE_H

#include "ask.h"
#include "conduct_place.h"
#include "find.h"
#include "gate.h"
#include "habit.h"
#include "judge.h"
#include "ledger.h"
#include "limit.h"
#include "live.h"
#include "maps.h"
#include "parse_ip.h"

/*
 * What is to be known of a packet but for its addresses, in one word: between
 * functions that the verifier proves each for itself a word goes in a register.
 */
struct sw_about {
	__u16 dport;
	__u8 tcp; /* a TCP header is at hand */
	__u8 syn; /* and opens a connection */
	__u8 fragment;
	__u8 maybe_tcp; /* of a later fragment */
	__s8 parsed;	/* SW_GO_ON, or the reason at which parsing ended */
	__u64 start;	/* sw_again_start(), of what opens a connection */
};

static __always_inline __u64 sw_pack_about(const struct sw_about *about)
{
	return about->dport | (__u64)about->tcp << 16 | (__u64)about->syn << 17 |
	       (__u64)about->maybe_tcp << 18 | (__u64)about->fragment << 24 |
	       (__u64)(__u8)about->parsed << 32;
}

static __always_inline struct sw_about sw_unpack_about(__u64 word, __u64 start)
{
	return (struct sw_about){
		.dport = word,
		.tcp = word >> 16 & 1,
		.syn = word >> 17 & 1,
		.maybe_tcp = word >> 18 & 1,
		.fragment = word >> 24,
		.parsed = word >> 32,
		.start = start,
	};
}

static __always_inline int sw_opens(__u8 tcp_flags)
{
	return (tcp_flags & (SW_TCP_SYN | SW_TCP_ACK)) == SW_TCP_SYN;
}

static __always_inline __u64 sw_about_packet(const struct sw_packet *packet, int parsed)
{
	int whole = parsed == SW_GO_ON, later = packet->fragment == SW_LATER;
	struct sw_about about = {
		.dport = packet->dport,
		.tcp = whole && !later && packet->protocol == IPPROTO_TCP,
		.syn = sw_opens(packet->tcp_flags),
		.fragment = packet->fragment,
		.maybe_tcp = whole && later && sw_maybe_tcp(packet),
		.parsed = parsed,
	};

	return sw_pack_about(&about);
}

static __always_inline __u64 sw_packet_start(const struct sw_packet *packet)
{
	return sw_again_start(packet->sport, packet->dport, packet->seq);
}

static __always_inline int sw_is_smtp_port(const struct sw_settings *settings, __u16 port)
{
	__u32 i;

	if (!sw_gate_maybe_smtp(port))
		return 0;
	for (i = 0; i < SW_MAX_PORTS && i < settings->ports; i++) {
		if (settings->port[i] == port)
			return 1;
	}
	return 0;
}

/* The verifier would follow all ways through it, with each that comes before it. */
SW_VERIFIED_ONCE __u64 sw_standing_both(const struct sw_settings *settings, __u32 six, __u32 four)
{
	union {
		struct sw_standing standing;
		__u64 word;
	} both = { .word = 0 };

	if (settings) /* it is so */
		both.standing = sw_standing_of_both(settings, &settings->standing[(__u8)six],
						    &settings->standing[(__u8)four]);
	return both.word;
}

static __always_inline struct sw_standing sw_standing(const struct sw_settings *settings,
						      struct sw_listed listed)
{
	union {
		__u64 word;
		struct sw_standing standing;
	} both;

	if (!listed.carried_mail)
		return settings->standing[listed.feed[SW_SET_MAIL]];
	both.word = sw_standing_both(settings, listed.feed[SW_SET_MAIL], listed.carried_mail);
	return both.standing;
}

static __always_inline int sw_judge_facts(const struct sw_policy *running, struct sw_facts *facts,
					  struct sw_asked *asked, struct sw_listed source,
					  struct sw_listed destination)
{
	const struct sw_settings *settings = &running->settings;
	const struct sw_ask ask = {
		.live = sw_ask_live,
		.again = sw_ask_again,
		.limit = sw_ask_limit,
		.try_limit = sw_ask_try_limit,
		.protect = sw_ask_protect,
		.brake = sw_ask_brake,
		.tell = sw_tell_again,
		.on_trial = sw_ask_on_trial,
	};
	__u32 decision;

	facts->family = asked->family;
	facts->cnc_source = source.feed[SW_SET_CNC];
	facts->cnc_destination = destination.feed[SW_SET_CNC];
	facts->source = sw_standing(settings, source);
	facts->destination = sw_standing(settings, destination);
	asked->carried = source.carried;
	/* A SYN is held against the feed that protects, another segment against the one that
	 * brakes. */
	if (facts->destination.carried & (asked->syn ? SW_CARRIED_PROTECT : SW_CARRIED_BRAKE)) {
		asked->destination = (struct sw_in6){ .lo = (__u32)destination.carried };
		asked->to_family = SW_IPV4;
	}
	decision = sw_judge(facts, ask, asked);
	if (sw_reason_cuts(sw_decision_reason(decision)) &&
	    sw_is_monitored(settings, interface, sw_decision_feed(decision)))
		decision |= SW_DECISION_MONITORED;
	return decision;
}

/* Whether the packet is dropped for certain; what may be a bounce is not decided yet. */
static __always_inline int sw_drops(int decision)
{
	return sw_reason_cuts(sw_decision_reason(decision)) &&
	       sw_decision_reason(decision) != SW_BOUNCE;
}

static __always_inline struct sw_facts sw_first_facts(const struct sw_settings *settings,
						      const struct sw_about *about, __u32 role)
{
	return (struct sw_facts){
		.role = role,
		.fragment = about->fragment,
		.maybe_tcp = about->maybe_tcp,
		.smtp = about->tcp && sw_is_smtp_port(settings, about->dport),
		.parsed = about->parsed,
	};
}

/* Whether any feed says something of mail to an address, on a NIC of this role. */
static __always_inline int sw_destination_counts(const struct sw_settings *settings, __u32 role)
{
	return settings->destinations >> (role & 1) & 1;
}

/*
 * Begins to load what is likely to be wanted, before it is known to be: a processor
 * reads ahead while it waits for what was asked first, but no further than some 200
 * instructions. A branch on what it waits for is no hindrance, it is guessed.
 */
static __always_inline void sw_preload4(const struct sw_policy *running, __u32 address)
{
	const struct sw_layout sizes = sw_layout_now();

	if (sw_gate_near4(address) & 1)
		sw_preload(sw_home4_of(running, &sizes, address));
}

/* What SMTP of a source that no feed lists will ask for, each in memory of its own. */
static __always_inline void sw_preload_source(const struct sw_asked *asked)
{
	__u32 live_bit = sw_gate_live_bit(asked->source.hi, asked->source.lo);

	sw_preload(&gate.live[live_bit >> 6]);
	if (asked->syn) {
		sw_preload_bucket(sw_home_of(asked));
		if (again_window)
			sw_preload_again(asked->key);
		sw_preload_conduct(asked->source.hi, asked->source.lo, asked->family == SW_IPV6,
				   asked->role == SW_UPSTREAM);
	}
}

static __always_inline __u64 sw_key4(__u32 source, __u32 destination, __u64 start, __u32 role)
{
	const struct sw_seed keys = sw_seed_now();

	return sw_again_key(&keys, (__u64)source << 32 | destination, start, role);
}

static __always_inline int sw_decide4_inline(const struct sw_policy *running, __u32 source,
					     __u32 destination, const struct sw_about *about,
					     __u32 role)
{
	struct sw_asked asked = {
		.settings = &running->settings,
		.source = { .lo = SW_SUBJECT_IPV4_PREFIX | source },
		.destination = { .lo = destination },
		.role = role,
		.family = SW_IPV4,
		.to_family = SW_IPV4,
		.syn = about->syn,
	};
	struct sw_facts facts = sw_first_facts(&running->settings, about, role);
	int mail = facts.smtp | facts.maybe_tcp;

	if (facts.smtp && about->syn)
		asked.key = sw_key4(source, destination, about->start, role);
	if (facts.smtp && !(sw_table4_touched(&running->v4[SW_SET_MAIL], source) & 1))
		sw_preload_source(&asked);
	return sw_judge_facts(running, &facts, &asked, sw_find4(running, source, mail),
			      sw_find4(running, destination,
				       facts.smtp &&
					       sw_destination_counts(&running->settings, role)));
}

/* `addresses`: source << 32 | destination. SW_GO_ON if there is no generation. */
__attribute__((noinline)) int sw_decide4(__u64 addresses, __u64 word, __u64 start, __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_about about = sw_unpack_about(word, start);

	if (!running)
		return SW_GO_ON;
	return sw_decide4_inline(running, addresses >> 32, addresses, &about, role);
}

static __always_inline __u64 sw_key6(const struct sw_pair6 *pair, __u64 start, __u32 role)
{
	const struct sw_seed keys = sw_seed_now();
	__u64 hash = sw_hash128(&keys, pair->source.hi, pair->source.lo);

	hash = sw_hash128(&keys, hash ^ pair->destination.hi, pair->destination.lo);
	return sw_again_key(&keys, hash, start, role);
}

/* As sw_preload_drop4(). `mail`: whether the source is asked for in the mail set. A
 * function of its own for its stack. */
static __attribute__((noinline)) void
sw_preload_drop6(const struct sw_policy *running, const struct sw_pair6 *pair, int mail, __u32 role)
{
	int sent_in = role == SW_UPSTREAM && sw_near6(running, pair->source, 0);
	const struct sw_in6 *subject = sent_in ? &pair->destination : &pair->source;
	__u64 side = role == SW_UPSTREAM && !sent_in ? SW_NOTE_REMOTE : 0;

	if (!sw_habit_drops())
		return;
	if (sw_near6(running, pair->source, mail) | sw_near6(running, pair->destination, 0))
		sw_ledger_preload(subject->hi & running->settings.source_mask_hi,
				  subject->lo & running->settings.source_mask_lo,
				  SW_DECISION(0, SW_IPV6, 0) | side);
}

__attribute__((noinline)) int sw_decide6_once(const struct sw_pair6 *pair, __u64 word, __u64 start,
					      __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_about about = sw_unpack_about(word, 0);
	struct sw_asked asked = {
		.role = role,
		.family = SW_IPV6,
		.to_family = SW_IPV6,
		.syn = about.syn,
	};
	struct sw_listed source, destination;
	struct sw_facts facts;
	int mail, decision;

	if (!pair || !running)
		return SW_GO_ON;
	asked.settings = &running->settings;
	asked.destination = pair->destination;
	asked.source.hi = pair->source.hi & running->settings.source_mask_hi;
	asked.source.lo = pair->source.lo & running->settings.source_mask_lo;
	facts = sw_first_facts(&running->settings, &about, role);
	mail = facts.smtp | facts.maybe_tcp;
	if (facts.smtp && about.syn)
		asked.key = sw_key6(pair, start, role);
	if (facts.smtp && !sw_near6(running, pair->source, 1))
		sw_preload_source(&asked);
	sw_preload_drop6(running, pair, mail, role);
	source = sw_listed6(running, pair->source, mail);
	destination = sw_listed6(running, pair->destination,
				 facts.smtp && sw_destination_counts(&running->settings, role));
	if ((source.carried | destination.carried) & SW_CARRIED_ANEW)
		return SW_ANEW;
	decision = sw_judge_facts(running, &facts, &asked, source, destination);
	sw_habit_keep(sw_drops(decision));
	return decision;
}

static __always_inline int sw_decide6(const struct sw_pair6 *pair, __u64 word, __u64 start,
				      __u32 role)
{
	int decision = sw_decide6_once(pair, word, start, role);

	return decision == SW_ANEW ? sw_decide6_once(pair, word, start, role) : decision;
}

/* A packet that was parsed as far as `parsed` says. SW_ROLES: it is not judged. */
static __always_inline int sw_decide_packet(const struct sw_packet *packet, int parsed, __u32 role)
{
	if (role == SW_ROLES)
		return SW_DECISION(SW_NOT_JUDGED, packet->family, 0);
	if (packet->family == SW_IPV4)
		return sw_decide4((__u64)packet->src4 << 32 | packet->dst4,
				  sw_about_packet(packet, parsed), sw_packet_start(packet), role);
	if (packet->family == SW_IPV6)
		return sw_decide6(&packet->pair6, sw_about_packet(packet, parsed),
				  sw_packet_start(packet), role);
	return SW_DECISION(parsed, SW_NO_FAMILY, 0);
}

#endif
