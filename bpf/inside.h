/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judges what is in tunnels. Only what is clean outside is looked into, so C&C addresses
 * outside come first; what is inside is then judged as any packet is. One level: a
 * tunnel in a tunnel is counted, as all are that stay closed.
 */
#ifndef SPAMWEIR_INSIDE_H
#define SPAMWEIR_INSIDE_H

#include "conduct.h"
#include "decide.h"
#include "frame.h"
#include "ledger.h"
#include "maps.h"
#include "open.h"
#include "tunnel.h"

/* Returns struct sw_listed's two bytes for an IPv4 address. It is a function of its own as
 * sw_find6() is. */
__attribute__((noinline)) int sw_find4_apart(__u32 address, int mail)
{
	const struct sw_policy *running = sw_running_policy();
	struct sw_listed listed;

	if (!running)
		return 0;
	listed = sw_find4(running, address, mail);
	return listed.feed[SW_SET_CNC] | listed.feed[SW_SET_MAIL] << 8;
}

/*
 * What came by 4in6 from a subscriber: inner addresses are all alike there (RFC 6333),
 * so whoever sends is told by the outer one. `addresses`: the inner ones, as
 * sw_decide4() has them.
 */
__attribute__((noinline)) int sw_decide_dslite_once(__u64 addresses, __u64 word, __u64 start)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_about about = sw_unpack_about(word, start);
	struct sw_asked asked = { .family = SW_IPV6, .to_family = SW_IPV4, .syn = about.syn };
	__u32 zero = 0, source = addresses >> 32, destination = addresses;
	const struct sw_split *split = bpf_map_lookup_elem(&split_frame, &zero);
	struct sw_listed from;
	int feeds;
	struct sw_facts facts;
	struct sw_pair6 pair;

	if (!running || !split)
		return SW_GO_ON;
	pair.source = split->outer.source;
	pair.destination = (struct sw_in6){ .lo = SW_SUBJECT_IPV4_PREFIX | destination };
	asked.settings = &running->settings;
	asked.source.hi = pair.source.hi & running->settings.source_mask_hi;
	asked.source.lo = pair.source.lo & running->settings.source_mask_lo;
	asked.destination.lo = destination;
	facts = sw_first_facts(&running->settings, &about, SW_ACCESS);
	if (facts.smtp && about.syn)
		asked.key = sw_key6(&pair, start, SW_ACCESS);
	feeds = sw_find4_apart(destination,
			       facts.smtp && sw_destination_counts(&running->settings, SW_ACCESS));
	from = sw_listed6(running, pair.source, facts.smtp | facts.maybe_tcp);
	if (from.carried & SW_CARRIED_ANEW)
		return SW_ANEW;
	from.feed[SW_SET_CNC] = sw_find4_apart(source, 0);
	return sw_judge_facts(running, &facts, &asked, from,
			      (struct sw_listed){ .feed = { feeds, feeds >> 8 } });
}

static __always_inline int sw_decide_dslite(__u64 addresses, __u64 word, __u64 start)
{
	int decision = sw_decide_dslite_once(addresses, word, start);

	return decision == SW_ANEW ? sw_decide_dslite_once(addresses, word, start) : decision;
}

/* Whether it is known by whom it is for: what a C&C address sends in, and what answers
 * a SYN and passes. */
static __always_inline int sw_is_known_by_receiver(const struct sw_packet *packet, __u32 decision,
						   __u32 role)
{
	if (sw_reason_cuts(sw_decision_reason(decision)))
		return sw_is_sent_in(decision, role);
	return role == SW_UPSTREAM && sw_answer_of(packet->tcp_flags, packet->seq);
}

/* The subscriber is the outer address of 4in6: the source on access, and on upstream
 * the destination. The other end is the inner one. */
static __always_inline int sw_is_dslite(int opened, const struct sw_packet *packet, __u32 decision,
					__u32 role)
{
	return (opened & SW_TUNNEL_KIND) == SW_TUNNEL_4IN6 &&
	       (role == SW_ACCESS || sw_is_known_by_receiver(packet, decision, role));
}

static __always_inline void sw_name_subscriber(const struct sw_split *split,
					       struct sw_packet *packet, __u32 role)
{
	__u64 source = SW_SUBJECT_IPV4_PREFIX | packet->src4;
	__u64 destination = SW_SUBJECT_IPV4_PREFIX | packet->dst4;

	packet->family = SW_IPV6;
	packet->pair6 = split->outer;
	if (role == SW_ACCESS)
		packet->pair6.destination = (struct sw_in6){ .lo = destination };
	else
		packet->pair6.source = (struct sw_in6){ .lo = source };
}

static __always_inline int sw_opened_parsed(int opened)
{
	return (__s8)(opened >> SW_TUNNEL_PARSED_SHIFT);
}

static __always_inline int sw_decide_inside(const struct sw_packet *packet, int opened, __u32 role)
{
	int parsed = sw_opened_parsed(opened);

	if (role == SW_ACCESS && (opened & SW_TUNNEL_KIND) == SW_TUNNEL_4IN6)
		return sw_decide_dslite((__u64)packet->src4 << 32 | packet->dst4,
					sw_about_packet(packet, parsed), sw_packet_start(packet));
	return sw_decide_packet(packet, parsed, role);
}

/* Whether a packet that was parsed to its end passes as clean, as one does that only a feed
 * on trial would cut. A function of its own for its stack. */
__attribute__((noinline)) int sw_is_as_clean(__u32 decision)
{
	const struct sw_policy *running = sw_running_policy();

	if (sw_decision_reason(decision) == SW_CLEAN)
		return 1;
	return running &&
	       (sw_decision_reason(decision) == SW_CNC_SRC ||
		sw_decision_reason(decision) == SW_CNC_DST) &&
	       running->settings.feed[sw_decision_feed(decision)].monitor;
}

/* Puts what is outside back into `packet` if somebody will ask for it. */
static __always_inline int sw_decide_outside(struct xdp_md *ctx, struct sw_packet *packet,
					     int decision)
{
	if (sw_reason_cuts(sw_decision_reason(decision))) {
		*packet = (struct sw_packet){};
		sw_parse_frame(ctx, packet);
	}
	return decision;
}

/* Whether the decision on what is inside counts, not that on what is outside. A function of
 * its own for its stack. */
__attribute__((noinline)) int sw_inside_decides(__u32 outside, __u32 inside)
{
	const struct sw_policy *running = sw_running_policy();

	if (sw_decision_reason(outside) == SW_CLEAN)
		return 1;
	return running && sw_reason_cuts(sw_decision_reason(inside)) &&
	       !running->settings.feed[sw_decision_feed(inside)].monitor;
}

/*
 * Called for what was opened last, once `decision` is made: puts whoever is known for it
 * into `packet`. `count`: counts a tunnel that is in it.
 *
 * A function of its own for its stack.
 */
__attribute__((noinline)) int sw_know_inside(struct sw_packet *packet, __u32 decision, __u32 role,
					     __u32 count)
{
	const struct sw_split *split;
	__u32 zero = 0;

	split = bpf_map_lookup_elem(&split_frame, &zero);
	if (!packet || !split)
		return 0;
	if (count && sw_opened_parsed(split->opened) == SW_GO_ON && sw_is_as_clean(decision))
		sw_count_tunnelled(sw_tunnel_of(packet));
	if (sw_is_dslite(split->opened, packet, decision, role))
		sw_name_subscriber(split, packet, role);
	return 0;
}

/* The decision as it is counted: by the inner packet's `family`. Bounces in tunnels are left
 * alone. A function of its own for its stack. */
__attribute__((noinline)) int sw_settle_inside(__u32 inside, __u32 family)
{
	if (sw_decision_reason(inside) == SW_BOUNCE)
		inside = sw_brake_leave();
	return (inside & ~SW_DECISION_FAMILY) | family | SW_DECISION_INSIDE;
}

/* Finds the packet inside once more, for an event. */
static __always_inline void sw_find_inside(struct xdp_md *ctx, struct sw_packet *packet,
					   __u32 decision, __u32 role)
{
	if (sw_open_tunnel(ctx, packet, 0) & SW_TUNNEL_OPEN)
		sw_know_inside(packet, decision, role, 0);
}

/*
 * Keeps by which generation what is outside is judged.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_keep_generation(void)
{
	const struct sw_policy *running = sw_running_policy();
	struct sw_split *split;
	__u32 zero = 0;

	split = bpf_map_lookup_elem(&split_frame, &zero);
	if (!running || !split)
		return 0;
	split->generation = running->settings.generation;
	return 1;
}

/* Whether another one has come into force since. A function of its own, too. */
__attribute__((noinline)) int sw_generation_is_new(void)
{
	const struct sw_policy *running = sw_running_policy();
	const struct sw_split *split;
	__u32 zero = 0;

	split = bpf_map_lookup_elem(&split_frame, &zero);
	return running && split && split->generation != running->settings.generation;
}

/* Judges what is outside once more, by a generation that came into force while what is
 * inside was judged: else what either of them cuts could pass between the two. */
static __always_inline int sw_judge_outside_again(struct xdp_md *ctx, struct sw_packet *packet,
						  int inside, __u32 role)
{
	int parsed, outside;

	*packet = (struct sw_packet){};
	parsed = sw_parse_frame(ctx, packet);
	outside = sw_decide_packet(packet, parsed, role);
	if (!sw_is_as_clean(outside) || !sw_inside_decides(outside, inside))
		return outside;
	sw_find_inside(ctx, packet, inside, role);
	return inside;
}

/* What becomes of a packet that was parsed to its end; `decision` was made by what is
 * outside. If what is inside decides, `packet` is that. */
static __always_inline int sw_judge_inside(struct xdp_md *ctx, struct sw_packet *packet,
					   int decision, __u32 role)
{
	int inside;

	if (!sw_is_as_clean(decision))
		return decision;
	inside = sw_open_tunnel(ctx, packet, 1);
	if (!(inside & SW_TUNNEL_OPEN))
		return sw_decide_outside(ctx, packet, decision);
	inside = sw_decide_inside(packet, inside, role);
	if (inside == SW_GO_ON)
		return inside;
	inside = sw_settle_inside(inside, packet->family);
	sw_know_inside(packet, inside, role, 1);
	if (!sw_inside_decides(decision, inside))
		return sw_decide_outside(ctx, packet, decision);
	if (sw_generation_is_new())
		return sw_judge_outside_again(ctx, packet, inside, role);
	return inside;
}

#endif
