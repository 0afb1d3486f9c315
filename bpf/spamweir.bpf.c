// SPDX-License-Identifier: GPL-2.0
/*
 * The packet's way through spamweir, readable top to bottom: parse, cut C&C,
 * let pass what is no SMTP, allow, stop zombies, limit. The first stage that
 * does not say SW_GO_ON decides.
 */
#include "chain.h"
#include "clock.h"
#include "cnc.h"
#include "counters.h"
#include "events.h"
#include "limit.h"
#include "maps.h"
#include "parse.h"
#include "plain.h"
#include "zombie.h"

static __always_inline int sw_is_smtp_port(const struct sw_settings *settings, __u16 port)
{
	__u32 i;

	if (!(gate.port_bits >> (port & 63) & 1))
		return 0;
	for (i = 0; i < SW_MAX_PORTS && i < settings->ports; i++) {
		if (settings->port[i] == port)
			return 1;
	}
	return 0;
}

/* Length of the frame's first buffer. */
static __always_inline __u32 sw_readable(const struct xdp_md *ctx)
{
	__u64 length = (const void *)(long)ctx->data_end - (const void *)(long)ctx->data;

	/* Left alone, the compiler reorders sums over pointers, which the
	 * verifier forbids. */
	__asm__ volatile("" : "+r"(length));
	return length;
}

#define SW_SURELY_WHOLE 1536

/* Length of the frame. A plain packet ends in the first buffer; behind one that
 * is not even this long no driver puts padding. Other frames are asked. */
static __always_inline __u32 sw_length(struct xdp_md *ctx, int plain)
{
	__u32 readable = sw_readable(ctx);

	return plain && readable <= SW_SURELY_WHOLE ? readable : bpf_xdp_get_buff_len(ctx);
}

/* Holds what the headers promise against the whole frame, of which only the
 * first buffer is readable here. */
static __always_inline int sw_check_length(struct xdp_md *ctx, const struct sw_packet *packet)
{
	if (__builtin_expect(!packet->beyond, 1))
		return SW_GO_ON;
	return sw_readable(ctx) + packet->beyond > bpf_xdp_get_buff_len(ctx) ? SW_MALFORMED :
									       SW_GO_ON;
}

static __always_inline int sw_parse_ip(struct xdp_md *ctx, struct sw_cursor *cursor,
				       struct sw_packet *packet, const enum sw_family family)
{
	int reason;

	if (family == SW_IPV4)
		reason = sw_parse_lengths4(cursor, packet);
	else
		reason = sw_parse_lengths6(cursor, packet);
	if (reason == SW_GO_ON)
		reason = sw_check_length(ctx, packet);
	if (reason != SW_GO_ON)
		return reason;
	if (family == SW_IPV4)
		reason = sw_parse_header4(cursor, packet);
	else
		reason = sw_parse_header6(cursor, packet);
	if (reason == SW_GO_ON && family == SW_IPV6 && sw_is_ext_header(packet->protocol))
		reason = sw_follow_chain(ctx, cursor, packet);
	if (reason != SW_GO_ON)
		return reason;
	return sw_parse_tcp(cursor, packet);
}

/* What is known of one address: the mail set's feed, and its kind. */
struct sw_standing {
	__u8 feed;
	__u8 kind;
};

static __always_inline struct sw_standing sw_standing(const struct sw_policy *policy,
						      const struct sw_packet *packet,
						      const enum sw_family family, const int of_dst)
{
	struct sw_standing standing = {};

	if (family == SW_IPV4)
		standing.feed = sw_mail_feed4(policy, of_dst ? packet->dst4 : packet->src4);
	else
		standing.feed = sw_mail_feed6(policy, of_dst ? packet->dst6 : packet->src6);
	if (standing.feed)
		standing.kind = policy->settings.feed[standing.feed].kind;
	return standing;
}

/* The source as the live table and the limiter know it. */
static __always_inline struct sw_in6 sw_source(const struct sw_policy *policy,
					       const struct sw_packet *packet,
					       const enum sw_family family)
{
	if (family == SW_IPV4)
		return (struct sw_in6){ .lo = 0xffffULL << 32 | packet->src4 };
	return sw_source6(policy, packet);
}

static __always_inline int sw_judge_later_fragment(const struct sw_policy *policy,
						   const struct sw_packet *packet,
						   const enum sw_family family)
{
	struct sw_standing source;

	if (!sw_maybe_tcp(packet))
		return SW_DECISION(SW_FRAGMENT_LATER, family, 0);
	source = sw_standing(policy, packet, family, 0);
	if (source.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_FRAGMENT_LATER, family, 0);
	if (source.kind == SW_KIND_ZOMBIE)
		return SW_DECISION(SW_ZOMBIE_FRAGMENT, family, source.feed);
	if (sw_is_live_zombie(sw_source(policy, packet, family)))
		return SW_DECISION(SW_ZOMBIE_FRAGMENT, family, 0);
	return SW_DECISION(SW_FRAGMENT_LATER, family, 0);
}

static __always_inline int sw_limit_source(const struct sw_policy *policy,
					   const struct sw_packet *packet, struct sw_in6 source,
					   const enum sw_family family, const enum sw_role role)
{
	struct sw_seed keys;
	struct sw_home home;

	if ((packet->tcp_flags & (SW_TCP_SYN | SW_TCP_ACK)) != SW_TCP_SYN)
		return SW_GO_ON;
	keys = sw_seed_now();
	if (family == SW_IPV4)
		home = sw_home4(&keys, packet->src4, role == SW_UPSTREAM);
	else
		home = sw_home6(&keys, source.hi, source.lo, role == SW_UPSTREAM);
	return sw_limit(&policy->settings.rate[role], policy->settings.horizon, home);
}

static __always_inline int sw_judge_smtp(const struct sw_policy *policy,
					 const struct sw_packet *packet,
					 const enum sw_family family, const enum sw_role role)
{
	struct sw_standing source, destination = {};
	struct sw_in6 address;

	source = sw_standing(policy, packet, family, 0);
	if (source.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_ALLOW, family, source.feed);
	if (role == SW_UPSTREAM)
		destination = sw_standing(policy, packet, family, 1);
	if (destination.kind == SW_KIND_ALLOW)
		return SW_DECISION(SW_ALLOW, family, destination.feed);
	if (source.kind == SW_KIND_ZOMBIE)
		return SW_DECISION(SW_ZOMBIE_FEED, family, source.feed);

	address = sw_source(policy, packet, family);
	if (sw_is_live_zombie(address))
		return SW_DECISION(SW_ZOMBIE_LIVE, family, 0);
	if (sw_limit_source(policy, packet, address, family, role) != SW_GO_ON)
		return SW_DECISION(SW_RATE_LIMIT, family, 0);
	return SW_DECISION(SW_SMTP_OK, family, 0);
}

static __always_inline int sw_judge_ip(struct xdp_md *ctx, const struct sw_policy *policy,
				       struct sw_cursor *cursor, struct sw_packet *packet,
				       const enum sw_family family, const enum sw_role role)
{
	int reason, decision;

	if (family == SW_IPV4)
		reason = sw_parse_addresses4(cursor, packet);
	else
		reason = sw_parse_addresses6(cursor, packet);
	if (reason != SW_GO_ON)
		return SW_DECISION(reason, SW_NO_FAMILY, 0);
	if (family == SW_IPV4)
		decision = sw_cut_cnc4(policy, packet);
	else
		decision = sw_cut_cnc6(policy, packet);
	if (decision != SW_GO_ON)
		return decision;

	reason = sw_parse_ip(ctx, cursor, packet, family);
	if (reason != SW_GO_ON)
		return SW_DECISION(reason, family, 0);
	if (packet->fragment == SW_LATER)
		return sw_judge_later_fragment(policy, packet, family);
	if (packet->protocol != IPPROTO_TCP || !sw_is_smtp_port(&policy->settings, packet->dport))
		return SW_DECISION(SW_CLEAN, family, 0);
	return sw_judge_smtp(policy, packet, family, role);
}

static __always_inline int sw_judge(struct xdp_md *ctx, const struct sw_policy *policy,
				    const enum sw_role role)
{
	struct sw_cursor cursor = {
		.start = (const void *)(long)ctx->data,
		.at = (const void *)(long)ctx->data,
		.end = (const void *)(long)ctx->data_end,
	};
	struct sw_packet packet = {};
	int reason;

	reason = sw_parse_link(&cursor, &packet);
	if (reason != SW_GO_ON)
		return SW_DECISION(reason, SW_NO_FAMILY, 0);
	sw_forget_way(&cursor, SW_LINK_OFFSETS);
	if (packet.family == SW_IPV4)
		return sw_judge_ip(ctx, policy, &cursor, &packet, SW_IPV4, role);
	return sw_judge_ip(ctx, policy, &cursor, &packet, SW_IPV6, role);
}

static __always_inline void sw_account(__u32 decision, int monitored, __u32 length)
{
	sw_count(decision, monitored, length);
	if (sw_decision_feed(decision))
		sw_count_feed(sw_decision_feed(decision), length);
	if (offline) {
		offline_reason = sw_decision_reason(decision);
		offline_feed = sw_decision_feed(decision);
	}
}

static __always_inline int sw_main(struct xdp_md *ctx, const enum sw_role role)
{
	const struct sw_policy *policy = sw_running_policy();
	enum sw_family plain;
	int monitored;
	__u32 decision;

	if (!policy)
		return XDP_PASS;
	plain = sw_plain_family((const void *)(long)ctx->data, (const void *)(long)ctx->data_end);
	decision = plain ? SW_DECISION(SW_CLEAN, plain, 0) : sw_judge(ctx, policy, role);
	if (!sw_reason_cuts(sw_decision_reason(decision))) {
		sw_account(decision, 0, sw_length(ctx, plain));
		return XDP_PASS;
	}
	monitored = sw_is_monitored(&policy->settings, interface, sw_decision_feed(decision));
	sw_account(decision, monitored, sw_length(ctx, 0));
	if (!offline && sw_may_report())
		sw_report(ctx, decision, role, monitored ? SW_WOULD_DROP : SW_DROP);
	return monitored ? XDP_PASS : XDP_DROP;
}

SEC("xdp.frags")
int spamweir_access(struct xdp_md *ctx)
{
	return sw_main(ctx, SW_ACCESS);
}

SEC("xdp.frags")
int spamweir_upstream(struct xdp_md *ctx)
{
	return sw_main(ctx, SW_UPSTREAM);
}

char LICENSE[] SEC("license") = "GPL";
