/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The order of the policy, over what is known of a packet: for the datapath, and for
 * `lookup`, which is asked what the datapath would do.
 *
 * What a feed on trial (one of its own mode, monitor) would cut is kept, and judging
 * goes on as if the feed were not there: it lifts nothing that is enforced behind it.
 * If nothing that is enforced cuts, it has decided.
 *
 * What costs a look at shared memory, or a token, is only asked for when all else
 * has decided nothing. How, the caller says; to the compiler its functions are
 * constants, and no call is left.
 *
 * SW_BOUNCE is what becomes of a segment if it is a bounce over the rate, which the caller
 * finds out from its payload. Else the segment is SW_SMTP_OK.
 */
#ifndef SPAMWEIR_JUDGE_H
#define SPAMWEIR_JUDGE_H

#include "maps/counters.h"
#include "maps/policy.h"

/* Whom it is about: the caller's. */
struct sw_asked;

typedef int (*sw_ask_fn)(const struct sw_asked *asked);
typedef int (*sw_ask_feed_fn)(const struct sw_asked *asked, __u8 feed);
typedef int (*sw_ask_limit_fn)(const struct sw_asked *asked, __u32 class, int again);
typedef int (*sw_ask_protect_fn)(const struct sw_asked *asked, __u8 feed, __u32 class, int again);
typedef int (*sw_ask_brake_fn)(const struct sw_asked *asked, __u8 feed, __u32 tried);
typedef __u32 (*sw_tell_fn)(const struct sw_asked *asked, int again, int reason);

struct sw_ask {
	sw_ask_fn live;	 /* whether the source is a live zombie */
	sw_ask_fn again; /* what is known of the SYN, for the following */
	/* SW_GO_ON; SW_RATE_LIMIT if it has no token left for the connection,
	 * SW_SMTP_CLOSED if its class never has one. Of a suspect that is slowed the class may
	 * be another (sw_class_slowed()), which is for whoever is asked to find out. */
	sw_ask_limit_fn limit;
	sw_ask_limit_fn try_limit; /* the same, of tokens that a class on trial has for itself */
	/* SW_GO_ON, or SW_PROTECT_LIMIT if the destination has no token left. It is not asked for
	 * one if the source's own limit, that of `class`, lets the connection not through: who is
	 * over his limit uses up nothing of what a gateway takes of others. */
	sw_ask_protect_fn protect;
	/* Whether the payload is to be read of a segment to a destination that a feed brakes
	 * bounces to. `tried`: the decision unless it is a bounce over the rate. */
	sw_ask_brake_fn brake;
	sw_tell_fn tell;	 /* what became of it; returns what the decision says of SYNs */
	sw_ask_feed_fn on_trial; /* whether a feed is; 0, none, never is */
};

struct sw_facts {
	__u8 family;
	__u8 role;
	__u8 fragment;
	__u8 maybe_tcp;	 /* of a later fragment */
	__u8 smtp;	 /* TCP to an SMTP port, with the header at hand */
	__u8 cnc_source; /* feed slots; 0: none */
	__u8 cnc_destination;
	int parsed; /* SW_GO_ON, or the reason at which parsing ended */
	/* Asked for SMTP only, and for sources of later fragments; for destinations where a
	 * feed says something of mail to them. */
	struct sw_standing source;
	struct sw_standing destination;
};

/* Whether the feed that would cut is on trial. The first such decision is kept in *tried,
 * which is 0 before. There is no branch, because the verifier would follow both sides of
 * each through all that comes behind. */
static __always_inline int sw_is_tried(const struct sw_ask ask, const struct sw_asked *asked,
				       __u32 decision, __u32 *tried)
{
	__u32 on_trial = ask.on_trial(asked, sw_decision_feed(decision));
	__s64 first = ((__s64)*tried - 1) >> 63;

	__asm__("" : "+r"(first));
	*tried |= decision & first & -on_trial;
	return on_trial;
}

/* A later fragment carries no port: what zombies send of TCP may be SMTP. */
static __always_inline __u32 sw_judge_later(const struct sw_facts *facts, const struct sw_ask ask,
					    const struct sw_asked *asked, __u32 *tried)
{
	__u32 cut = SW_DECISION(SW_ZOMBIE_FRAGMENT, facts->family, facts->source.feed);

	if (!facts->maybe_tcp || facts->source.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_FRAGMENT_LATER, facts->family, 0);
	if (facts->source.kind == SW_KIND_ZOMBIE && !sw_is_tried(ask, asked, cut, tried))
		return cut;
	if (ask.live(asked))
		return SW_DECISION(SW_ZOMBIE_FRAGMENT, facts->family, 0);
	return SW_DECISION(SW_FRAGMENT_LATER, facts->family, 0);
}

/* The feed that the source's class is of; 0: none is. */
static __always_inline __u8 sw_class_feed(const struct sw_facts *facts)
{
	return facts->source.kind == SW_KIND_LIMIT ? facts->source.feed : 0;
}

/* The class whose limit is enforced on the source: the role's, if that of a feed is on trial. */
static __always_inline __u32 sw_class_enforced(const struct sw_facts *facts,
					       const struct sw_ask ask,
					       const struct sw_asked *asked)
{
	return sw_class_of(&facts->source, ask.on_trial(asked, sw_class_feed(facts)), facts->role);
}

/* What the limit of the source's class cuts, or 0. `class`: sw_class_enforced(). The decision
 * names no feed if that is the role's. */
static __always_inline __u32 sw_judge_class(const struct sw_facts *facts, const struct sw_ask ask,
					    const struct sw_asked *asked, __u32 class, int again,
					    __u32 *tried)
{
	__u8 feed = sw_class_feed(facts);
	int reason;

	if (ask.on_trial(asked, feed)) {
		reason = ask.try_limit(asked, facts->source.class, again);
		if (reason != SW_GO_ON && !*tried)
			*tried = SW_DECISION(reason, facts->family, feed);
		feed = 0;
	}
	reason = ask.limit(asked, class, again);
	return reason == SW_GO_ON ? 0 : SW_DECISION(reason, facts->family, feed);
}

static __always_inline __u32 sw_judge_limit(const struct sw_facts *facts, const struct sw_ask ask,
					    const struct sw_asked *asked, __u32 *tried)
{
	int again = ask.again(asked), reason = SW_GO_ON;
	__u8 feed = facts->destination.protect_feed;
	__u32 cut = 0, class = sw_class_enforced(facts, ask, asked);

	if (feed)
		reason = ask.protect(asked, feed, class, again);
	if (reason != SW_GO_ON)
		cut = SW_DECISION(reason, facts->family, feed);
	if (!cut || sw_is_tried(ask, asked, cut, tried))
		cut = sw_judge_class(facts, ask, asked, class, again, tried);
	feed = facts->destination.brake_feed;
	if (!cut && feed && ask.brake(asked, feed, *tried))
		return SW_DECISION(SW_BOUNCE, facts->family, feed);
	reason = cut ? (int)sw_decision_reason(cut) : SW_GO_ON;
	return (cut ?: SW_DECISION(SW_SMTP_OK, facts->family, 0)) | ask.tell(asked, again, reason);
}

static __always_inline __u32 sw_judge_smtp(const struct sw_facts *facts, const struct sw_ask ask,
					   const struct sw_asked *asked, __u32 *tried)
{
	__u32 cut = SW_DECISION(SW_ZOMBIE_FEED, facts->family, facts->source.feed);

	if (facts->source.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_ALLOW, facts->family, facts->source.feed);
	if (sw_lets_zombies_to(&facts->destination, facts->role))
		return SW_DECISION(SW_ALLOW, facts->family, facts->destination.to_feed);
	if (facts->source.kind == SW_KIND_ZOMBIE && !sw_is_tried(ask, asked, cut, tried))
		return cut;
	if (ask.live(asked))
		return SW_DECISION(SW_ZOMBIE_LIVE, facts->family, 0);
	if (sw_lets_mail_to(&facts->destination, facts->role))
		return SW_DECISION(SW_ALLOW, facts->family, facts->destination.to_feed);
	return sw_judge_limit(facts, ask, asked, tried);
}

/* C&C comes first: what is cut by address may be broken behind it. */
static __always_inline __u32 sw_judge_all(const struct sw_facts *facts, const struct sw_ask ask,
					  const struct sw_asked *asked, __u32 *tried)
{
	__u32 source = SW_DECISION(SW_CNC_SRC, facts->family, facts->cnc_source);
	__u32 destination = SW_DECISION(SW_CNC_DST, facts->family, facts->cnc_destination);

	if (!sw_is_tried(ask, asked, source, tried) && facts->cnc_source)
		return source;
	if (!sw_is_tried(ask, asked, destination, tried) && facts->cnc_destination)
		return destination;
	if (facts->parsed != SW_GO_ON)
		return SW_DECISION(facts->parsed, facts->family, 0);
	if (facts->fragment == SW_LATER)
		return sw_judge_later(facts, ask, asked, tried);
	if (!facts->smtp)
		return SW_DECISION(SW_CLEAN, facts->family, 0);
	return sw_judge_smtp(facts, ask, asked, tried);
}

/* Judges a packet that has a family. */
static __always_inline __u32 sw_judge(const struct sw_facts *facts, const struct sw_ask ask,
				      const struct sw_asked *asked)
{
	__u32 tried = 0, decision = sw_judge_all(facts, ask, asked, &tried);

	if (!tried || sw_reason_cuts(sw_decision_reason(decision)))
		return decision;
	return tried | (decision & SW_DECISION_OF_SYN);
}

#endif
