// SPDX-License-Identifier: GPL-2.0
/*
 * The packet's way through spamweir, readable top to bottom: parse, cut C&C,
 * let pass what is no SMTP, allow, stop zombies, limit. The first stage that
 * does not say SW_GO_ON decides.
 */
#include "clock.h"
#include "cnc.h"
#include "counters.h"
#include "events.h"
#include "limit.h"
#include "maps.h"
#include "parse.h"
#include "zombie.h"

struct sw_judgement {
	struct sw_packet packet;
	__u32 length; /* of the frame */
	__u8 feed;
};

static __always_inline int sw_is_smtp_port(const struct sw_settings *settings, __u16 port)
{
	__u32 i;

	for (i = 0; i < SW_MAX_PORTS && i < settings->ports; i++) {
		if (settings->port[i] == port)
			return 1;
	}
	return 0;
}

/* Holds what the headers promise against the whole frame, of which only the
 * first buffer is readable here. */
static __always_inline int sw_check_length(struct xdp_md *ctx, struct sw_judgement *j)
{
	__u32 readable = j->length;

	if (__builtin_expect(!j->packet.beyond, 1))
		return SW_GO_ON;
	j->length = bpf_xdp_get_buff_len(ctx);
	return readable + j->packet.beyond > j->length ? SW_MALFORMED : SW_GO_ON;
}

/* A function of its own to the verifier, which would otherwise prove the walk
 * again for every way that leads to it. */
__attribute__((noinline)) int sw_walk_chain(struct xdp_md *ctx, struct sw_chain *chain)
{
	if (!chain)
		return SW_EXT_HEADER_LIMIT;
	return sw_parse_chain((const void *)(long)ctx->data, (const void *)(long)ctx->data_end,
			      chain);
}

static __always_inline int sw_follow_chain(struct xdp_md *ctx, struct sw_cursor *cursor,
					   struct sw_packet *packet)
{
	struct sw_chain chain = {
		.offset = cursor->at - cursor->start,
		.left = cursor->left,
		.protocol = packet->protocol,
	};
	int reason = sw_walk_chain(ctx, &chain);

	if (reason != SW_GO_ON)
		return reason;
	cursor->at = cursor->start + (chain.offset & SW_CHAIN_OFFSETS);
	cursor->left = chain.left;
	packet->protocol = chain.protocol;
	packet->fragment = chain.fragment;
	return SW_GO_ON;
}

static __always_inline int sw_parse_ip(struct xdp_md *ctx, struct sw_cursor *cursor,
				       struct sw_judgement *j, const enum sw_family family)
{
	int reason;

	if (family == SW_IPV4)
		reason = sw_parse_lengths4(cursor, &j->packet);
	else
		reason = sw_parse_lengths6(cursor, &j->packet);
	if (reason == SW_GO_ON)
		reason = sw_check_length(ctx, j);
	if (reason != SW_GO_ON)
		return reason;
	if (family == SW_IPV4)
		reason = sw_parse_header4(cursor, &j->packet);
	else
		reason = sw_parse_header6(cursor, &j->packet);
	if (reason == SW_GO_ON && family == SW_IPV6 && sw_is_ext_header(j->packet.protocol))
		reason = sw_follow_chain(ctx, cursor, &j->packet);
	if (reason != SW_GO_ON)
		return reason;
	return sw_parse_tcp(cursor, &j->packet);
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
		standing.kind = policy->settings.kind[standing.feed];
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
						   struct sw_judgement *j,
						   const enum sw_family family)
{
	struct sw_standing source;

	if (!sw_maybe_tcp(&j->packet))
		return SW_FRAGMENT_LATER;
	source = sw_standing(policy, &j->packet, family, 0);
	if (source.kind == SW_KIND_ALLOW)
		return SW_FRAGMENT_LATER;
	if (source.kind == SW_KIND_ZOMBIE) {
		j->feed = source.feed;
		return SW_ZOMBIE_FRAGMENT;
	}
	if (sw_is_live_zombie(sw_source(policy, &j->packet, family)))
		return SW_ZOMBIE_FRAGMENT;
	return SW_FRAGMENT_LATER;
}

static __always_inline int sw_judge_smtp(const struct sw_policy *policy, struct sw_judgement *j,
					 const enum sw_family family, const enum sw_role role)
{
	struct sw_standing source, destination = {};
	struct sw_in6 address;
	struct sw_home home;

	source = sw_standing(policy, &j->packet, family, 0);
	j->feed = source.feed;
	if (source.kind == SW_KIND_ALLOW)
		return SW_ALLOW;
	if (role == SW_UPSTREAM)
		destination = sw_standing(policy, &j->packet, family, 1);
	if (destination.kind == SW_KIND_ALLOW) {
		j->feed = destination.feed;
		return SW_ALLOW;
	}
	if (source.kind == SW_KIND_ZOMBIE)
		return SW_ZOMBIE_FEED;

	address = sw_source(policy, &j->packet, family);
	if (sw_is_live_zombie(address))
		return SW_ZOMBIE_LIVE;
	if ((j->packet.tcp_flags & (SW_TCP_SYN | SW_TCP_ACK)) != SW_TCP_SYN)
		return SW_SMTP_OK;
	if (family == SW_IPV4)
		home = sw_home4((const struct sw_seed *)&seed, j->packet.src4, role == SW_UPSTREAM);
	else
		home = sw_home6((const struct sw_seed *)&seed, address.hi, address.lo,
				role == SW_UPSTREAM);
	if (sw_limit(&policy->settings.rate[role], home) != SW_GO_ON)
		return SW_RATE_LIMIT;
	return SW_SMTP_OK;
}

static __always_inline int sw_judge_ip(struct xdp_md *ctx, const struct sw_policy *policy,
				       struct sw_cursor *cursor, struct sw_judgement *j,
				       const enum sw_family family, const enum sw_role role)
{
	int reason;

	if (family == SW_IPV4)
		reason = sw_parse_addresses4(cursor, &j->packet);
	else
		reason = sw_parse_addresses6(cursor, &j->packet);
	if (reason != SW_GO_ON) {
		j->packet.family = SW_NO_FAMILY;
		return reason;
	}
	if (family == SW_IPV4)
		reason = sw_cut_cnc4(policy, &j->packet, &j->feed);
	else
		reason = sw_cut_cnc6(policy, &j->packet, &j->feed);
	if (reason != SW_GO_ON)
		return reason;

	reason = sw_parse_ip(ctx, cursor, j, family);
	if (reason != SW_GO_ON)
		return reason;
	if (j->packet.fragment == SW_LATER)
		return sw_judge_later_fragment(policy, j, family);
	if (j->packet.protocol != IPPROTO_TCP ||
	    !sw_is_smtp_port(&policy->settings, j->packet.dport))
		return SW_CLEAN;
	return sw_judge_smtp(policy, j, family, role);
}

static __always_inline int sw_judge(struct xdp_md *ctx, const struct sw_policy *policy,
				    struct sw_judgement *j, const enum sw_role role)
{
	struct sw_cursor cursor = {
		.start = (const void *)(long)ctx->data,
		.at = (const void *)(long)ctx->data,
		.end = (const void *)(long)ctx->data_end,
	};
	int reason;

	j->length = cursor.end - cursor.at;
	reason = sw_parse_link(&cursor, &j->packet);
	if (reason != SW_GO_ON)
		return reason;
	sw_forget_way(&cursor, 0x3f);
	if (j->packet.family == SW_IPV4)
		return sw_judge_ip(ctx, policy, &cursor, j, SW_IPV4, role);
	return sw_judge_ip(ctx, policy, &cursor, j, SW_IPV6, role);
}

static __always_inline int sw_main(struct xdp_md *ctx, const enum sw_role role)
{
	const struct sw_policy *policy = sw_running_policy();
	struct sw_judgement j = {};
	enum sw_verdict verdict;
	int monitored = 0;
	int reason;

	if (!policy)
		return XDP_PASS;
	reason = sw_judge(ctx, policy, &j, role);
	verdict = sw_reason_verdict(reason);
	if (verdict == SW_DROP) {
		monitored = policy->settings.monitor != 0;
		if (monitored)
			verdict = SW_WOULD_DROP;
		if (!offline)
			sw_report(&j.packet, role, reason, verdict, j.feed, j.length);
	}
	sw_count(monitored, j.packet.family, reason, j.length);
	if (j.feed)
		sw_count_feed(j.feed, j.length);
	if (offline) {
		offline_reason = reason;
		offline_feed = j.feed;
	}
	return verdict == SW_DROP ? XDP_DROP : XDP_PASS;
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
