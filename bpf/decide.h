/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of a packet, gathered under one generation, and judged. */
#ifndef SPAMWEIR_DECIDE_H
#define SPAMWEIR_DECIDE_H

#include "gate.h"
#include "judge.h"
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
};

static __always_inline __u64 sw_pack_about(const struct sw_about *about)
{
	return about->dport | (__u64)about->tcp << 16 | (__u64)about->syn << 17 |
	       (__u64)about->maybe_tcp << 18 | (__u64)about->fragment << 24 |
	       (__u64)(__u8)about->parsed << 32;
}

static __always_inline struct sw_about sw_unpack_about(__u64 word)
{
	return (struct sw_about){
		.dport = word,
		.tcp = word >> 16 & 1,
		.syn = word >> 17 & 1,
		.maybe_tcp = word >> 18 & 1,
		.fragment = word >> 24,
		.parsed = word >> 32,
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

struct sw_asked {
	const struct sw_settings *settings;
	struct sw_in6 source; /* as the live table and the limiter know it */
	__u32 role;
	__u8 family;
	__u8 syn;
};

static __always_inline int sw_ask_live(const struct sw_asked *asked)
{
	return sw_is_live_zombie(asked->source);
}

static __always_inline struct sw_home sw_home_of(const struct sw_asked *asked)
{
	const struct sw_seed keys = sw_seed_now();
	int upstream = asked->role == SW_UPSTREAM;

	if (asked->family == SW_IPV4)
		return sw_home4(&keys, asked->source.lo, upstream);
	return sw_home6(&keys, asked->source.hi, asked->source.lo, upstream);
}

static __always_inline int sw_ask_limit(const struct sw_asked *asked)
{
	const struct sw_rate *rate = &asked->settings->rate[asked->role & (SW_ROLES - 1)];

	if (!asked->syn || !rate->interval)
		return 0;
	return sw_take_token(sw_home_word(sw_home_of(asked)), rate->interval, rate->tolerance,
			     asked->settings->horizon) != SW_GO_ON;
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

static __always_inline int sw_judge_facts(const struct sw_policy *running, struct sw_facts *facts,
					  struct sw_asked *asked, struct sw_listed source,
					  struct sw_listed destination)
{
	const struct sw_settings *settings = &running->settings;
	const struct sw_ask ask = { .live = sw_ask_live, .limit = sw_ask_limit };
	__u32 decision;

	facts->family = asked->family;
	facts->cnc_source = source.feed[SW_SET_CNC];
	facts->cnc_destination = destination.feed[SW_SET_CNC];
	facts->source = settings->standing[source.feed[SW_SET_MAIL]];
	facts->destination = settings->standing[destination.feed[SW_SET_MAIL]];
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

/* Who lists an address; `mail`: of the mail set too, if that was asked. */
static __always_inline struct sw_listed sw_find4(const struct sw_policy *running, __u32 address,
						 int mail)
{
	const struct sw_layout sizes = sw_layout_now();
	struct sw_listed listed = {};
	__u64 near = sw_gate_near4(address);

	if (near & 1)
		listed.feed[SW_SET_CNC] = sw_set4_feed(running, &sizes, SW_SET_CNC, address,
						       sw_gate_is_exact(running, near));
	if (mail && sw_table4_touched(&running->v4[SW_SET_MAIL], address) & 1)
		listed.feed[SW_SET_MAIL] = sw_set4_feed(running, &sizes, SW_SET_MAIL, address, 1);
	return listed;
}

/* What an SMTP packet will ask for if nothing decides before, each in memory of
 * its own: begun all at once, the misses overlap. */
static __always_inline void sw_fetch4(const struct sw_policy *running, const struct sw_asked *asked)
{
	__u32 live_bit = sw_gate_live_bit(asked->source.hi, asked->source.lo);

	sw_fetch(&running->v4[SW_SET_MAIL].touched[(__u32)asked->source.lo >> 14]);
	sw_fetch(&gate.live[live_bit >> 6]);
	if (asked->syn)
		sw_fetch_bucket(sw_home_of(asked));
}

/* SW_GO_ON if there is no generation. */
static __always_inline int sw_decide4_inline(__u32 source, __u32 destination,
					     const struct sw_about *about, __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	struct sw_asked asked = { .role = role, .family = SW_IPV4, .syn = about->syn };
	struct sw_facts facts;
	int mail;

	if (!running)
		return SW_GO_ON;
	asked.settings = &running->settings;
	asked.source = (struct sw_in6){ .lo = 0xffffULL << 32 | source };
	facts = sw_first_facts(&running->settings, about, role);
	mail = facts.smtp | facts.maybe_tcp;
	if (facts.smtp)
		sw_fetch4(running, &asked);
	return sw_judge_facts(running, &facts, &asked, sw_find4(running, source, mail),
			      sw_find4(running, destination,
				       facts.smtp &&
					       sw_destination_counts(&running->settings, role)));
}

/* `addresses`: source << 32 | destination. */
__attribute__((noinline)) int sw_decide4(__u64 addresses, __u64 word, __u32 role)
{
	const struct sw_about about = sw_unpack_about(word);

	return sw_decide4_inline(addresses >> 32, addresses, &about, role);
}

/* Returns struct sw_listed's two bytes. A function of its own for its stack: the
 * limiter's needs the room behind it. */
static __attribute__((noinline)) int sw_find6(const struct sw_policy *running, __u64 hi, __u64 lo,
					      int mail)
{
	const struct sw_in6 address = { .hi = hi, .lo = lo };
	const struct sw_layout sizes = sw_layout_now();
	struct sw_listed listed = sw_table6_find(running, &sizes, address, mail);

	return listed.feed[SW_SET_CNC] | listed.feed[SW_SET_MAIL] << 8;
}

static __always_inline struct sw_listed sw_listed6(const struct sw_policy *running,
						   struct sw_in6 address, int mail)
{
	__u64 near = sw_gate_near6(address);
	int feeds;

	if (mail)
		near |= sw_table6_touched(&running->v6[SW_SET_MAIL], address);
	if (!(near & 1))
		return (struct sw_listed){};
	feeds = sw_find6(running, address.hi, address.lo, mail);
	return (struct sw_listed){ .feed = { feeds, feeds >> 8 } };
}

__attribute__((noinline)) int sw_decide6(const struct sw_packet *packet, __u64 word, __u32 role)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_about about = sw_unpack_about(word);
	struct sw_asked asked = { .role = role, .family = SW_IPV6, .syn = about.syn };
	struct sw_facts facts;
	int mail;

	if (!packet || !running)
		return SW_GO_ON;
	asked.settings = &running->settings;
	asked.source.hi = packet->src6.hi & running->settings.source_mask_hi;
	asked.source.lo = packet->src6.lo & running->settings.source_mask_lo;
	facts = sw_first_facts(&running->settings, &about, role);
	mail = facts.smtp | facts.maybe_tcp;
	return sw_judge_facts(running, &facts, &asked, sw_listed6(running, packet->src6, mail),
			      sw_listed6(running, packet->dst6,
					 facts.smtp &&
						 sw_destination_counts(&running->settings, role)));
}

#endif
