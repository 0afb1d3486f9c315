/* SPDX-License-Identifier: GPL-2.0 */
/* Whole frames for a process that captures: see maps/capture.h. While none does, a packet
 * that is dropped or is SMTP pays for a test of a word that it has loaded anyway. */
#ifndef SPAMWEIR_CAPTURE_H
#define SPAMWEIR_CAPTURE_H

#include "clock.h"
#include "frame.h"
#include "inside.h"
#include "maps.h"

static __always_inline int sw_capture_covers(const struct sw_capture_filter *filter, __u64 hi,
					     __u64 lo)
{
	return (hi & filter->mask[0]) == filter->address[0] &&
	       (lo & filter->mask[1]) == filter->address[1];
}

static __always_inline int sw_capture_has(const struct sw_capture_filter *filter,
					  const struct sw_packet *packet)
{
	if (packet->family != filter->family)
		return 0;
	if (packet->family == SW_IPV4)
		return sw_capture_covers(filter, 0, packet->src4) ||
		       sw_capture_covers(filter, 0, packet->dst4);
	return sw_capture_covers(filter, packet->pair6.source.hi, packet->pair6.source.lo) ||
	       sw_capture_covers(filter, packet->pair6.destination.hi,
				 packet->pair6.destination.lo);
}

/* Of what is in a tunnel the addresses inside count, too. */
static __always_inline int sw_capture_any_has(struct xdp_md *ctx,
					      const struct sw_capture_filter *filter,
					      __u32 decision, __u32 role, const int tunnels)
{
	struct sw_packet packet = {};

	sw_parse_frame(ctx, &packet);
	if (sw_capture_has(filter, &packet))
		return 1;
	if (!tunnels || !(decision & SW_DECISION_INSIDE))
		return 0;
	sw_find_inside(ctx, &packet, decision, role);
	return sw_capture_has(filter, &packet);
}

static __always_inline int sw_capture_wants(struct xdp_md *ctx, __u32 decision, __u32 role,
					    const int tunnels)
{
	const struct sw_capture *asked = sw_value_of(&capture);
	int monitored = (decision & SW_DECISION_MONITORED) != 0;
	__u32 reason = sw_decision_reason(decision);

	if (sw_clock_ns() > asked->until_ns) {
		gate.capture = 0;
		return 0;
	}
	if (!(asked->filter.reasons >> reason & 1) ||
	    !(asked->filter.verdicts >> sw_reason_verdict_as(reason, monitored) & 1) ||
	    (asked->filter.has_interface && asked->filter.interface != interface) ||
	    (asked->filter.has_feed && asked->filter.feed != sw_decision_feed(decision)))
		return 0;
	if (asked->filter.family &&
	    !sw_capture_any_has(ctx, &asked->filter, decision, role, tunnels))
		return 0;
	return asked->filter.sample <= 1 || bpf_get_prandom_u32() % asked->filter.sample == 0;
}

/* Writes the frame as it is now. A function of its own to the verifier, and for its stack. */
__attribute__((noinline)) int sw_capture_frame(struct xdp_md *ctx, __u32 decision)
{
	struct sw_capture *asked = sw_value_of(&capture);
	__u32 slot = interface & (SW_MAX_INTERFACES - 1);
	__u64 size = bpf_xdp_get_buff_len(ctx);
	struct sw_captured head = {
		.time_ns = sw_clock_ns(),
		.decision = decision,
		.length = size,
		.interface = slot,
	};

	if (size > asked->filter.snaplen)
		size = asked->filter.snaplen;
	head.size = size;
	__sync_fetch_and_add(&asked->count[slot].wanted, 1);
	if (bpf_perf_event_output(ctx, &captured, BPF_F_CURRENT_CPU | size << 32, &head,
				  sizeof(head)))
		__sync_fetch_and_add(&asked->count[slot].lost, 1);
	return 0;
}

/* Functions of their own, too. */
__attribute__((noinline)) int sw_capture_plain(struct xdp_md *ctx, __u32 decision, __u32 role)
{
	return sw_capture_wants(ctx, decision, role, 0) ? sw_capture_frame(ctx, decision) : 0;
}

__attribute__((noinline)) int sw_capture_tunnels(struct xdp_md *ctx, __u32 decision, __u32 role)
{
	return sw_capture_wants(ctx, decision, role, 1) ? sw_capture_frame(ctx, decision) : 0;
}

static __always_inline void sw_capture(struct xdp_md *ctx, __u32 decision, __u32 role,
				       const int tunnels)
{
	if (tunnels)
		sw_capture_tunnels(ctx, decision, role);
	else
		sw_capture_plain(ctx, decision, role);
}

#endif
