/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of a packet, gathered under one generation, and judged. */
#ifndef SPAMWEIR_DECIDE_H
#define SPAMWEIR_DECIDE_H

#include "ask.h"
#include "conduct_place.h"
#include "embed.h"
#include "gate.h"
#include "judge.h"
#include "ledger.h"
#include "limit.h"
#include "live.h"
#include "maps.h"
#include "parse.h"
#include "table4.h"
#include "table6.h"

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

/* A function of its own for the verifier, which would follow all ways through it. */
static __attribute__((noinline)) __u64 sw_standing_both(const struct sw_settings *settings,
							__u8 six, __u8 four)
{
	union {
		struct sw_standing standing;
		__u64 word;
	} both = { sw_standing_of_both(settings, &settings->standing[six],
				       &settings->standing[four]) };

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
	/* What opens a connection is held against the one, what does not against the other. */
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

/* Whether it says something that mail is for an address, to a NIC of this role. */
static __always_inline int sw_destination_counts(const struct sw_settings *settings, __u32 role)
{
	return settings->destinations >> (role & 1) & 1;
}

/* The C&C feed of an address near which the gate has a bit. That may be another
 * generation's, unless the gate is exact; a /24 that stands in a bucket needs none. */
static __always_inline __u8 sw_cnc4_feed(const struct sw_policy *running,
					 const struct sw_layout *sizes,
					 const struct sw_bucket4 *home, __u32 address, __u64 near)
{
	__u32 value = sw_net4_value(running, sizes, home, sw_net4_key(SW_SET_CNC, address));

	if (!value && !sw_gate_is_exact(running, near) &&
	    !(sw_table4_touched(&running->v4[SW_SET_CNC], address) & 1))
		return 0;
	return sw_net4_feed(running, sizes, SW_SET_CNC, address, value);
}

static __always_inline __u8 sw_mail4_feed(const struct sw_policy *running,
					  const struct sw_layout *sizes,
					  const struct sw_bucket4 *home, __u32 address)
{
	return sw_net4_feed(running, sizes, SW_SET_MAIL, address,
			    sw_net4_value(running, sizes, home, sw_net4_key(SW_SET_MAIL, address)));
}

static __always_inline __u64 sw_mail4_touched(const struct sw_policy *running, __u32 address,
					      int mail)
{
	return mail ? sw_table4_touched(&running->v4[SW_SET_MAIL], address) : 0;
}

/* Who lists an address; `mail`: of the mail set too, if that is asked. */
static __always_inline struct sw_listed sw_find4(const struct sw_policy *running, __u32 address,
						 int mail)
{
	const struct sw_layout sizes = sw_layout_now();
	__u64 near = sw_gate_near4(address), touched = sw_mail4_touched(running, address, mail);
	const struct sw_bucket4 *home;
	struct sw_listed listed = {};

	if (!((near | touched) & 1))
		return listed;
	home = sw_home4_of(running, &sizes, address);
	if (near & 1)
		listed.feed[SW_SET_CNC] = sw_cnc4_feed(running, &sizes, home, address, near);
	if (touched & 1)
		listed.feed[SW_SET_MAIL] = sw_mail4_feed(running, &sizes, home, address);
	return listed;
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
		.source = { .lo = 0xffffULL << 32 | source },
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

/* Returns struct sw_listed's two bytes. A function of its own for its stack: the
 * limiter's needs the room behind it. */
static __attribute__((noinline)) int sw_find6(const struct sw_policy *running, __u64 hi, __u64 lo,
					      int mail)
{
	const struct sw_in6 address = { .hi = hi, .lo = lo };
	const struct sw_layout sizes = sw_layout_now();
	struct sw_spans6 spans = sw_spans6(running, &sizes, address.hi >> 32);
	int feeds = 0;

	sw_preload_span6(running, &sizes, &spans.set[SW_SET_CNC]);
	if (mail) {
		sw_preload_span6(running, &sizes, &spans.set[SW_SET_MAIL]);
		feeds = sw_set6_feed(running, &sizes, SW_SET_MAIL, spans.set[SW_SET_MAIL], address)
			<< 8;
	}
	return feeds | sw_set6_feed(running, &sizes, SW_SET_CNC, spans.set[SW_SET_CNC], address);
}

static __always_inline __u64 sw_near6(const struct sw_policy *running, struct sw_in6 address,
				      int mail)
{
	__u64 near = sw_gate_near6(address);

	if (mail)
		near |= sw_table6_touched(&running->v6[SW_SET_MAIL], address);
	return near & 1;
}

/* A generation has come into force meanwhile: in what is found, and as a decision. While
 * a packet is judged that happens once at most, for who swaps the next one waits. */
#define SW_CARRIED_ANEW (1ULL << 33)
#define SW_ANEW (-3)

/* A function of its own for its stack. */
static __attribute__((noinline)) __u64 sw_carried(const struct sw_settings *settings, __u64 hi,
						  __u64 lo)
{
	return sw_carried4(settings, (struct sw_in6){ .hi = hi, .lo = lo });
}

/* As sw_find6(), of an IPv4 address. */
static __attribute__((noinline)) int sw_find_carried(const struct sw_policy *running, __u32 address)
{
	struct sw_listed listed = sw_find4(running, address, 1);

	return listed.feed[SW_SET_MAIL] << 8 | listed.feed[SW_SET_CNC];
}

/*
 * What sw_find6() returns, what the mail set says of the IPv4 address that it carries,
 * and sw_carried4(). Who is allowed as either is no C&C address, so both sets are asked.
 *
 * In this generation: to the verifier it is a function of its own, which it proves once,
 * but then it finds the policy itself.
 */
__attribute__((noinline)) __u64 sw_find_both(__u64 hi, __u64 lo, int mail, __u64 generation)
{
	const struct sw_policy *running = sw_running_policy();
	__u8 mail6, mail4, cnc;
	__u32 six, four;
	__u64 carried = 0;

	if (!running || running->settings.generation != generation)
		return SW_CARRIED_ANEW << 24;
	if (running->settings.bearer_tops >> sw_bearer_top(hi) & 1)
		carried = sw_carried(&running->settings, hi, lo);
	six = sw_find6(running, hi, lo, mail | carried >> 32);
	if (!carried)
		return six;
	four = sw_find_carried(running, carried);
	mail6 = six >> 8;
	mail4 = four >> 8;
	cnc = sw_cnc_of_both(&running->settings, six, four, &running->settings.standing[mail6],
			     &running->settings.standing[mail4]);
	return carried << 24 | mail4 << 16 | mail6 << 8 | cnc;
}

static __always_inline struct sw_listed sw_listed6(const struct sw_policy *running,
						   struct sw_in6 address, int mail)
{
	__u64 word = 0;

	if (sw_near6(running, address, mail))
		word = sw_find_both(address.hi, address.lo, mail, running->settings.generation);
	return (struct sw_listed){
		.feed = { word, word >> 8 },
		.carried_mail = word >> 16,
		.carried = word >> 24,
	};
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
	int mail;

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
	return sw_judge_facts(running, &facts, &asked, source, destination);
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
