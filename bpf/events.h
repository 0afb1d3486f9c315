/* SPDX-License-Identifier: GPL-2.0 */
/* Telling userspace of drops: at most so many a CPU and window, for a flood of
 * drops must not become a flood of events. */
#ifndef SPAMWEIR_EVENTS_H
#define SPAMWEIR_EVENTS_H

#include "clock.h"
#include "maps.h"
#include "parse.h"

static __always_inline struct sw_event *sw_event_reserve(void)
{
	struct sw_event_budget *budget;
	struct sw_event *event;
	__u32 zero = 0;
	__u64 window;

	budget = bpf_map_lookup_elem(&event_budget, &zero);
	if (!budget)
		return NULL;
	window = bpf_jiffies64() >> 6;
	if (budget->window != window) {
		budget->window = window;
		budget->spent = 0;
	}
	if (budget->spent >= SW_EVENTS_PER_WINDOW) {
		budget->lost++;
		return NULL;
	}
	budget->spent++;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		budget->lost++;
	return event;
}

static __always_inline void sw_event_addresses(struct sw_event *event,
					       const struct sw_packet *packet)
{
	__builtin_memset(event->src, 0, sizeof(event->src));
	__builtin_memset(event->dst, 0, sizeof(event->dst));
	if (packet->family == SW_IPV4) {
		*(__u32 *)event->src = sw_swap32(packet->src4);
		*(__u32 *)event->dst = sw_swap32(packet->dst4);
	} else if (packet->family == SW_IPV6) {
		((__u64 *)event->src)[0] = sw_swap64(packet->src6.hi);
		((__u64 *)event->src)[1] = sw_swap64(packet->src6.lo);
		((__u64 *)event->dst)[0] = sw_swap64(packet->dst6.hi);
		((__u64 *)event->dst)[1] = sw_swap64(packet->dst6.lo);
	}
}

static __always_inline void sw_report(const struct sw_packet *packet, enum sw_role role,
				      __u32 reason, enum sw_verdict verdict, __u8 feed,
				      __u32 length)
{
	struct sw_event *event = sw_event_reserve();

	if (!event)
		return;
	event->time_ns = sw_clock_ns();
	event->length = length;
	event->interface = interface;
	event->role = role;
	event->family = packet->family;
	event->protocol = packet->protocol;
	event->reason = reason;
	event->verdict = verdict;
	event->feed = feed;
	event->fragment = packet->fragment;
	event->sport = packet->sport;
	event->dport = packet->dport;
	sw_event_addresses(event, packet);
	bpf_ringbuf_submit(event, 0);
}

#endif
