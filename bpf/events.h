/* SPDX-License-Identifier: GPL-2.0 */
/* Telling userspace of drops. */
#ifndef SPAMWEIR_EVENTS_H
#define SPAMWEIR_EVENTS_H

#include "clock.h"
#include "event_budget.h"
#include "frame.h"
#include "maps.h"
#include "parse.h"
#include "inside.h"

static __always_inline void sw_event_addresses4(struct sw_event *event,
						const struct sw_packet *packet)
{
	*(__be32 *)event->src = sw_swap32(packet->src4);
	*(__be32 *)event->dst = sw_swap32(packet->dst4);
}

static __always_inline void sw_event_addresses6(struct sw_event *event,
						const struct sw_packet *packet)
{
	((__be64 *)event->src)[0] = sw_swap64(packet->pair6.source.hi);
	((__be64 *)event->src)[1] = sw_swap64(packet->pair6.source.lo);
	((__be64 *)event->dst)[0] = sw_swap64(packet->pair6.destination.hi);
	((__be64 *)event->dst)[1] = sw_swap64(packet->pair6.destination.lo);
}

/* Reads the frame again, as far as it goes: that is dearer for the few events
 * that are told, and spares all other packets keeping what only an event
 * wants. */
static __always_inline void sw_event_packet(struct xdp_md *ctx, struct sw_event *event,
					    __u32 decision, __u32 role, const int tunnels)
{
	struct sw_packet packet = {};

	sw_parse_frame(ctx, &packet);
	if (tunnels && decision & SW_DECISION_INSIDE)
		sw_find_inside(ctx, &packet, decision, role);
	event->family = packet.family;
	event->length = packet.length;
	if (packet.family == SW_IPV4)
		sw_event_addresses4(event, &packet);
	else if (packet.family == SW_IPV6)
		sw_event_addresses6(event, &packet);
	event->protocol = packet.protocol;
	event->fragment = packet.fragment;
	if (packet.protocol != IPPROTO_TCP)
		return;
	event->sport = packet.sport;
	event->dport = packet.dport;
}

static __always_inline int sw_report_any(struct xdp_md *ctx, __u32 decision, __u32 role,
					 __u32 verdict, const int tunnels)
{
	struct sw_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		sw_event_lost();
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->record.type = SW_RECORD_VERDICT;
	event->record.size = sizeof(*event);
	event->time_ns = sw_clock_ns();
	event->interface = interface;
	event->role = role;
	event->reason = sw_decision_reason(decision);
	event->feed = sw_decision_feed(decision);
	event->verdict = verdict;
	sw_event_packet(ctx, event, decision, role, tunnels);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

/* Functions of their own to the verifier. */
__attribute__((noinline)) int sw_report(struct xdp_md *ctx, __u32 decision, __u32 role,
					__u32 verdict)
{
	return sw_report_any(ctx, decision, role, verdict, 0);
}

__attribute__((noinline)) int sw_report_tunnels(struct xdp_md *ctx, __u32 decision, __u32 role,
						__u32 verdict)
{
	return sw_report_any(ctx, decision, role, verdict, 1);
}

static __always_inline int sw_tell(struct xdp_md *ctx, __u32 decision, __u32 role, __u32 verdict,
				   const int tunnels)
{
	return tunnels ? sw_report_tunnels(ctx, decision, role, verdict)
		       : sw_report(ctx, decision, role, verdict);
}

#endif
