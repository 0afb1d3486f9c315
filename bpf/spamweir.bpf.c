// SPDX-License-Identifier: GPL-2.0
/*
 * The packet's way through spamweir. Most packets are plain and pass at once; all
 * others are parsed (frame.h), judged by what is known of them (decide.h, and
 * judge.h for the order), counted and told of.
 */
#include "bounce.h"
#include "capture.h"
#include "conduct.h"
#include "counters.h"
#include "decide.h"
#include "events.h"
#include "frame.h"
#include "inside.h"
#include "ledger.h"
#include "maps.h"
#include "plain.h"
#include "section.h"

static __always_inline void sw_account(__u32 decision, int monitored, __u64 length)
{
	sw_count(decision, monitored, length);
	if (sw_decision_feed(decision))
		sw_count_feed(sw_decision_feed(decision), length);
	if (offline) {
		offline_reason = sw_decision_reason(decision);
		offline_feed = sw_decision_feed(decision);
	}
}

/* Counts and tells what was decided, and does it. `tunnels`: whether they are looked
 * for. */
static __always_inline int sw_finish(struct xdp_md *ctx, int decision, __u64 length, __u32 role,
				     const int tunnels)
{
	int monitored = (decision & SW_DECISION_MONITORED) != 0;

	if (decision == SW_GO_ON)
		return XDP_PASS;
	sw_account(decision, monitored, length);
	if (!(SW_REASONS_CAPTURED >> sw_decision_reason(decision) & 1))
		return XDP_PASS;
	if (sw_reason_cuts(sw_decision_reason(decision)) && !offline && sw_may_report())
		sw_tell(ctx, decision, role, monitored ? SW_WOULD_DROP : SW_DROP, tunnels);
	if (gate.capture)
		sw_capture(ctx, decision, role, tunnels);
	return sw_reason_cuts(sw_decision_reason(decision)) && !monitored ? XDP_DROP : XDP_PASS;
}

/* The outer tag decides; SW_ROLES: none does. */
static __always_inline __u32 sw_role_for(const struct sw_packet *packet, __u32 role)
{
	if (!has_vlans || !packet->vlans)
		return role;
	return sw_role_in_vlan(vlan_roles, packet->vlan[0], role);
}

static __always_inline int sw_judge_any(struct xdp_md *ctx, __u32 role, const int tunnels)
{
	struct sw_packet packet = {};
	int parsed = sw_parse_frame(ctx, &packet);
	int decision;

	role = sw_role_for(&packet, role);
	if (tunnels)
		sw_keep_generation();
	decision = sw_decide_packet(&packet, parsed, role);
	if (tunnels && parsed == SW_GO_ON)
		decision = sw_judge_inside(ctx, &packet, decision, role);
	if (sw_decision_reason(decision) == SW_BOUNCE)
		return sw_brake_keep(decision, role);
	sw_ledger_packet(&packet, decision, role);
	sw_conduct_packet(&packet, decision, role);
	return sw_finish(ctx, decision, packet.length, role, tunnels);
}

/* The long way, for any frame. It is a function of its own, so that a plain packet's
 * way carries none of its code and stack. */
__attribute__((noinline)) int sw_judge_frame(struct xdp_md *ctx, __u32 role)
{
	return sw_judge_any(ctx, role, 0);
}

/* The same where tunnels are looked for. */
__attribute__((noinline)) int sw_judge_tunnels(struct xdp_md *ctx, __u32 role)
{
	return sw_judge_any(ctx, role, 1);
}

/* Judges what may be a bounce by its payload. Whoever judged the rest of it has returned by
 * now, and has left its stack to this. */
__attribute__((noinline)) int sw_judge_payload(struct xdp_md *ctx)
{
	struct sw_brake *kept = sw_brake_kept();
	struct sw_packet packet = {};
	int decision, monitored;

	if (!kept)
		return XDP_PASS;
	sw_parse_frame(ctx, &packet);
	decision = sw_brake_decide(ctx, kept, &packet);
	monitored = (decision & SW_DECISION_MONITORED) != 0;
	sw_ledger_packet(&packet, decision, kept->role);
	sw_conduct_packet(&packet, decision, kept->role); /* a SYN-ACK, or a RST */
	sw_account(decision, monitored, packet.length);
	if (gate.capture)
		sw_capture(ctx, decision, kept->role, 0);
	if (!sw_reason_cuts(sw_decision_reason(decision)))
		return XDP_PASS;
	if (!offline && sw_may_report())
		sw_report(ctx, decision, kept->role,
			  sw_reason_verdict_as(sw_decision_reason(decision), monitored));
	if (!monitored)
		sw_brake_write(ctx, kept, &packet);
	return XDP_PASS;
}

#define SW_SURELY_WHOLE 1536

/* The length of a frame whose packet ends in the first buffer: if that is no longer
 * than this, no driver puts padding into another one. Else the kernel is asked. */
static __always_inline __u64 sw_plain_length(struct xdp_md *ctx)
{
	__u64 readable = (const void *)(long)ctx->data_end - (const void *)(long)ctx->data;

	/* Left alone, the compiler reorders sums over pointers, which the
	 * verifier forbids. */
	__asm__ volatile("" : "+r"(readable));
	return readable <= SW_SURELY_WHOLE ? readable : bpf_xdp_get_buff_len(ctx);
}

/* What is known of a packet that is no fragment. */
static __always_inline struct sw_about sw_about_whole(__u8 protocol, const struct sw_tcp *tcp)
{
	return (struct sw_about){
		.dport = sw_swap16(tcp->dport),
		.tcp = protocol == IPPROTO_TCP,
		.syn = sw_opens(tcp->flags),
		.fragment = SW_WHOLE,
		.parsed = SW_GO_ON,
		.start = sw_again_start(sw_swap16(tcp->sport), sw_swap16(tcp->dport),
					sw_swap32(tcp->seq)),
	};
}

/* Begins to load what a drop will ask for, if there may be one, so that it comes while
 * the judgement waits for its own. */
static __always_inline void sw_preload_drop4(const struct sw_policy *running, __u32 source,
					     __u32 destination, const struct sw_about *about,
					     __u32 role)
{
	__u64 near = sw_gate_near4(source), touched;
	int sent_in = role == SW_UPSTREAM && near & 1;

	touched = sw_mail4_touched(running, source, about->tcp && sw_gate_maybe_smtp(about->dport));
	if ((near | touched | sw_gate_near4(destination)) & 1) {
		__u64 side = role == SW_UPSTREAM && !sent_in ? SW_NOTE_REMOTE : 0;

		sw_ledger_preload(0, SW_SUBJECT_IPV4_PREFIX | (sent_in ? destination : source),
				  SW_DECISION(0, SW_IPV4, 0) | side);
	}
}

/* A frame that is SW_PLAIN4: there is nothing left to parse. Returns the decision
 * alone, so that none of its stack stands below that of the event. */
__attribute__((noinline)) int sw_decide_plain4(struct xdp_md *ctx, __u32 role)
{
	const struct iphdr *ip = (const void *)(long)ctx->data + sizeof(struct sw_ethernet);
	const struct sw_policy *running = sw_running_policy();
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	struct sw_about about;
	__u32 source, destination;
	int decision;

	if (!running || (const void *)(tcp + 1) > (const void *)(long)ctx->data_end)
		return SW_GO_ON;
	source = sw_swap32(ip->saddr);
	destination = sw_swap32(ip->daddr);
	sw_preload4(running, destination);
	sw_preload4(running, source);
	about = sw_about_whole(ip->protocol, tcp);
	if (sw_habit_drops())
		sw_preload_drop4(running, source, destination, &about, role);
	decision = sw_decide4_inline(running, source, destination, &about, role);
	sw_habit_keep(sw_drops(decision));
	if (sw_drops(decision))
		sw_ledger_drop4(source, destination, decision, role);
	if (sw_decision_is_syn(decision))
		sw_conduct_syn4(source, destination, about.dport, decision, role);
	return decision;
}

/* A frame that is SW_PLAIN6. */
__attribute__((noinline)) int sw_decide_plain6(struct xdp_md *ctx, __u32 role)
{
	const struct ipv6hdr *ip = (const void *)(long)ctx->data + sizeof(struct sw_ethernet);
	const struct sw_tcp *tcp = (const void *)(ip + 1);
	struct sw_about about;
	struct sw_pair6 pair;
	int decision;

	if ((const void *)(tcp + 1) > (const void *)(long)ctx->data_end)
		return SW_GO_ON; /* not so */
	pair.source = sw_in6_read(&ip->saddr);
	pair.destination = sw_in6_read(&ip->daddr);
	about = sw_about_whole(ip->nexthdr, tcp);
	decision = sw_decide6(&pair, sw_pack_about(&about), about.start, role);
	if (sw_drops(decision))
		sw_ledger_drop6(&pair, decision, role);
	if (sw_decision_is_syn(decision))
		sw_conduct_syn6(&pair, about.dport, decision, role);
	return decision;
}

/* A function of its own for its stack, which stands beside that of the judgement. */
__attribute__((noinline)) int sw_finish_plain(struct xdp_md *ctx, int decision, __u32 role)
{
	if (sw_decision_reason(decision) == SW_BOUNCE)
		return sw_brake_keep(decision, role);
	return sw_finish(ctx, decision, sw_plain_length(ctx), role, 0);
}

__attribute__((noinline)) int sw_judge_plain4(struct xdp_md *ctx, __u32 role)
{
	__u32 decision = sw_decide_plain4(ctx, role);

	if (!sw_drops(decision))
		sw_conduct_plain4(ctx, decision | (__u64)role << 32);
	return sw_finish_plain(ctx, decision, role);
}

__attribute__((noinline)) int sw_judge_plain6(struct xdp_md *ctx, __u32 role)
{
	__u32 decision = sw_decide_plain6(ctx, role);

	if (!sw_drops(decision))
		sw_conduct_plain6(ctx, decision | (__u64)role << 32);
	return sw_finish_plain(ctx, decision, role);
}

static __always_inline int sw_or_by_payload(struct xdp_md *ctx, int action)
{
	return action == SW_READ_PAYLOAD ? sw_judge_payload(ctx) : action;
}

/* `tunnels`: whether they are looked for. It is a constant: where they are not, they cost
 * no instruction. */
static __always_inline int sw_main(struct xdp_md *ctx, const enum sw_role role, const int tunnels)
{
	enum sw_plain plain =
		sw_plain((const void *)(long)ctx->data, (const void *)(long)ctx->data_end, tunnels);

	if (plain == SW_NOT_PLAIN)
		return sw_or_by_payload(ctx, tunnels ? sw_judge_tunnels(ctx, role)
						     : sw_judge_frame(ctx, role));
	if (plain == SW_PLAIN4)
		return sw_or_by_payload(ctx, sw_judge_plain4(ctx, role));
	if (plain == SW_PLAIN6)
		return sw_or_by_payload(ctx, sw_judge_plain6(ctx, role));
	sw_account(SW_DECISION(SW_CLEAN, plain == SW_PLAIN_CLEAN4 ? SW_IPV4 : SW_IPV6, 0), 0,
		   sw_plain_length(ctx));
	return XDP_PASS;
}

SEC(SW_SECTION)
int spamweir_access(struct xdp_md *ctx)
{
	return sw_main(ctx, SW_ACCESS, 0);
}

SEC(SW_SECTION)
int spamweir_upstream(struct xdp_md *ctx)
{
	return sw_main(ctx, SW_UPSTREAM, 0);
}

/* For a NIC on which tunnels are looked for. */
SEC(SW_SECTION)
int spamweir_access_tunnels(struct xdp_md *ctx)
{
	return sw_main(ctx, SW_ACCESS, 1);
}

SEC(SW_SECTION)
int spamweir_upstream_tunnels(struct xdp_md *ctx)
{
	return sw_main(ctx, SW_UPSTREAM, 1);
}

char LICENSE[] SEC("license") = "GPL";
