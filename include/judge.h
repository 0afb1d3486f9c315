/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The order of the policy, over what is known of a packet: the datapath's, and
 * `lookup`'s, which is asked what the datapath would do.
 *
 * What costs a look at shared memory, or a token, is only asked for when all else
 * has decided nothing. How, the caller says; to the compiler its functions are
 * constants, and no call is left.
 */
#ifndef SPAMWEIR_JUDGE_H
#define SPAMWEIR_JUDGE_H

#include "maps/counters.h"
#include "maps/policy.h"

/* Whom it is about: the caller's. */
struct sw_asked;

typedef int (*sw_ask_fn)(const struct sw_asked *asked);

struct sw_ask {
	sw_ask_fn live;	 /* whether the source is a live zombie */
	sw_ask_fn limit; /* whether it has no token left for the connection */
};

/* What the mail set says of an address. */
struct sw_standing {
	__u8 feed; /* slot; 0: none */
	__u8 kind;
	__u8 tried; /* the feed only monitors */
};

#define SW_TRIED_SOURCE 1
#define SW_TRIED_DESTINATION 2

struct sw_facts {
	__u8 family;
	__u8 role;
	__u8 fragment;
	__u8 maybe_tcp;	 /* of a later fragment */
	__u8 smtp;	 /* TCP to an SMTP port, with the header at hand */
	__u8 cnc_source; /* feed slots; 0: none */
	__u8 cnc_destination;
	__u8 cnc_tried; /* SW_TRIED_*: of these two, those whose feed only monitors */
	int parsed;	/* SW_GO_ON, or the reason at which parsing ended */
	/* Asked of SMTP and later fragments only; of destinations, upstream. */
	struct sw_standing source;
	struct sw_standing destination;
};

static inline struct sw_standing sw_standing(const struct sw_settings *settings, __u8 feed)
{
	return (struct sw_standing){
		.feed = feed,
		.kind = settings->feed[feed].kind,
		.tried = settings->feed[feed].monitor,
	};
}

static inline __u8 sw_cnc_tried(const struct sw_settings *settings, __u8 source, __u8 destination)
{
	return (settings->feed[source].monitor ? SW_TRIED_SOURCE : 0) |
	       (settings->feed[destination].monitor ? SW_TRIED_DESTINATION : 0);
}

static __always_inline int sw_is_listed_zombie(const struct sw_standing *source, int tried)
{
	return source->kind == SW_KIND_ZOMBIE && !source->tried == !tried;
}

/* A later fragment carries no port: what zombies send of TCP may be SMTP. */
static __always_inline __u32 sw_judge_later(const struct sw_facts *facts, const struct sw_ask ask,
					    const struct sw_asked *asked)
{
	if (!facts->maybe_tcp || facts->source.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_FRAGMENT_LATER, facts->family, 0);
	if (sw_is_listed_zombie(&facts->source, 0))
		return SW_DECISION(SW_ZOMBIE_FRAGMENT, facts->family, facts->source.feed);
	if (ask.live(asked))
		return SW_DECISION(SW_ZOMBIE_FRAGMENT, facts->family, 0);
	if (sw_is_listed_zombie(&facts->source, 1))
		return SW_DECISION(SW_ZOMBIE_FRAGMENT, facts->family, facts->source.feed);
	return SW_DECISION(SW_FRAGMENT_LATER, facts->family, 0);
}

static __always_inline __u32 sw_judge_smtp(const struct sw_facts *facts, const struct sw_ask ask,
					   const struct sw_asked *asked)
{
	if (facts->source.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_ALLOW, facts->family, facts->source.feed);
	if (facts->destination.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_ALLOW, facts->family, facts->destination.feed);
	if (sw_is_listed_zombie(&facts->source, 0))
		return SW_DECISION(SW_ZOMBIE_FEED, facts->family, facts->source.feed);
	if (ask.live(asked))
		return SW_DECISION(SW_ZOMBIE_LIVE, facts->family, 0);
	if (ask.limit(asked))
		return SW_DECISION(SW_RATE_LIMIT, facts->family, 0);
	if (sw_is_listed_zombie(&facts->source, 1))
		return SW_DECISION(SW_ZOMBIE_FEED, facts->family, facts->source.feed);
	return SW_DECISION(SW_SMTP_OK, facts->family, 0);
}

/* Whether it is the trial of a zombie feed that decided. */
static __always_inline int sw_is_tried_zombie(const struct sw_facts *facts, __u32 decision)
{
	return facts->source.tried && sw_decision_feed(decision) == facts->source.feed;
}

/* C&C by feeds that only monitor, or by the others. */
static __always_inline __u32 sw_judge_cnc(const struct sw_facts *facts, __u8 tried)
{
	if (facts->cnc_source && (facts->cnc_tried & SW_TRIED_SOURCE) == (tried & SW_TRIED_SOURCE))
		return SW_DECISION(SW_CNC_SRC, facts->family, facts->cnc_source);
	if (facts->cnc_destination &&
	    (facts->cnc_tried & SW_TRIED_DESTINATION) == (tried & SW_TRIED_DESTINATION))
		return SW_DECISION(SW_CNC_DST, facts->family, facts->cnc_destination);
	return SW_DECISION(SW_CLEAN, facts->family, 0);
}

/* What stands behind C&C in the order. */
static __always_inline __u32 sw_judge_mail(const struct sw_facts *facts, const struct sw_ask ask,
					   const struct sw_asked *asked)
{
	if (facts->parsed != SW_GO_ON)
		return SW_DECISION(facts->parsed, facts->family, 0);
	if (facts->fragment == SW_LATER)
		return sw_judge_later(facts, ask, asked);
	if (!facts->smtp)
		return SW_DECISION(SW_CLEAN, facts->family, 0);
	return sw_judge_smtp(facts, ask, asked);
}

/*
 * Of a packet that has a family. C&C comes first: what is cut by address may be
 * broken behind it. What a feed on trial would cut comes last, whatever the kind:
 * a trial never lets pass what is cut without it.
 */
static __always_inline __u32 sw_judge(const struct sw_facts *facts, const struct sw_ask ask,
				      const struct sw_asked *asked)
{
	__u32 decision = sw_judge_cnc(facts, 0), tried;

	if (sw_reason_cuts(sw_decision_reason(decision)))
		return decision;
	decision = sw_judge_mail(facts, ask, asked);
	if (!facts->cnc_tried ||
	    (sw_reason_cuts(sw_decision_reason(decision)) && !sw_is_tried_zombie(facts, decision)))
		return decision;
	tried = sw_judge_cnc(facts, SW_TRIED_SOURCE | SW_TRIED_DESTINATION);
	return sw_reason_cuts(sw_decision_reason(tried)) ? tried : decision;
}

#endif
