/* SPDX-License-Identifier: GPL-2.0 */
/* Opens tunnels: finds the packet that is in one, and counts those that stay closed. One
 * level: a tunnel in a tunnel is none that is opened. */
#ifndef SPAMWEIR_OPEN_H
#define SPAMWEIR_OPEN_H

#include "frame.h"
#include "maps.h"
#include "tunnel.h"

static __always_inline int sw_opens_tunnel(enum sw_tunnel kind)
{
	return opened_tunnels >> (kind & 31) & 1;
}

static __always_inline void sw_count_tunnelled(__u32 kind)
{
	__u32 index = interface;
	struct sw_tunnelled *row = bpf_map_lookup_elem(&tunnelled, &index);

	if (row && kind != SW_NO_TUNNEL)
		row->packets[kind & (SW_TUNNELLED_ROOM - 1)]++;
}

/* What sw_open_tunnel() returns: the kind, and what was found. */
#define SW_TUNNEL_KIND 0xff
#define SW_TUNNEL_OPEN (1 << 8)	  /* there is a packet with addresses in it */
#define SW_TUNNEL_CLOSED (1 << 9) /* nobody can tell what is in it */
#define SW_TUNNEL_PARSED_SHIFT 16 /* how far that packet could be parsed, in eight bits */

static __always_inline int sw_parse_inside(struct xdp_md *ctx, struct sw_split *split,
					   const struct sw_inner *inner, struct sw_packet *packet)
{
	struct sw_cursor cursor;
	int reason;

	*packet = (struct sw_packet){ .length = packet->length };
	if (inner->link == SW_INNER_ETHERNET)
		reason =
			sw_read_split(ctx, split, &cursor, inner->at, inner->left, SW_ETHERNET_GAP);
	else
		reason = sw_read_split(ctx, split, &cursor, inner->at, inner->left, 0);
	if (reason != SW_GO_ON)
		return reason;
	cursor.length = 0; /* of which nothing is behind what is left */
	reason = sw_parse_inner(&cursor, packet, inner->link);
	if (reason == SW_GO_ON)
		reason = sw_parse_to_transport(sw_walk_behind, ctx, &cursor, packet);
	return reason == SW_GO_ON ? sw_parse_split_upper(ctx, split, &cursor, packet) : reason;
}

/* Some bytes of where it goes on, and zeros if there are not so many. */
static __always_inline const __u8 *sw_read_head(struct xdp_md *ctx, struct sw_split *split,
						const struct sw_inner *inner, const __u32 most)
{
	__u64 size = inner->left < most ? inner->left : most;

	__builtin_memset(split->head, 0, SW_TUNNEL_HEAD);
	/* As in sw_read_split(). */
	__asm__ volatile("" : "+r"(size));
	size = ((size - 1) & (most - 1)) + 1;
	if (inner->left)
		bpf_xdp_load_bytes(ctx, inner->at, split->head, size);
	return split->head;
}

/* Through headers of which the first words do not tell all. */
static __always_inline void sw_enter_further(struct xdp_md *ctx, struct sw_split *split,
					     enum sw_tunnel kind, struct sw_inner *inner)
{
	if (inner->link == SW_INNER_UDP)
		sw_enter_udp(kind, sw_read_head(ctx, split, inner, SW_TUNNEL_HEAD), inner);
	if (inner->link == SW_INNER_PPP)
		sw_enter_ppp(sw_read_head(ctx, split, inner, SW_PPP_HEAD), inner);
	else if (inner->link == SW_INNER_IP)
		sw_enter_ip(sw_read_head(ctx, split, inner, 1), inner);
}

static __always_inline int sw_open(struct xdp_md *ctx, struct sw_split *split,
				   struct sw_packet *packet)
{
	enum sw_tunnel kind = sw_tunnel_of(packet);
	struct sw_inner inner;
	int parsed;

	if (kind == SW_NO_TUNNEL)
		return SW_NO_TUNNEL;
	if (packet->fragment != SW_WHOLE || !sw_opens_tunnel(kind))
		return kind | SW_TUNNEL_CLOSED;
	inner = sw_enter_tunnel(packet, kind);
	sw_enter_further(ctx, split, kind, &inner);
	if (inner.link == SW_INNER_NONE)
		return kind | SW_TUNNEL_CLOSED;
	if (inner.link == SW_INNER_CONTROL)
		return kind;
	if (kind == SW_TUNNEL_4IN6)
		split->outer = packet->pair6;
	parsed = sw_parse_inside(ctx, split, &inner, packet);
	if (packet->family)
		return kind | SW_TUNNEL_OPEN | (parsed & 0xff) << SW_TUNNEL_PARSED_SHIFT;
	return parsed == SW_NOT_IP ? kind : kind | SW_TUNNEL_CLOSED;
}

/*
 * Puts what is in a tunnel in the place of `packet`, which has been parsed to its end.
 * What is no tunnel, or of a kind that is not opened, is left as it is; if what is inside
 * cannot be read, only the length is left. `count`: counts a tunnel that stays closed.
 *
 * A function of its own to the verifier.
 */
__attribute__((noinline)) int sw_open_tunnel(struct xdp_md *ctx, struct sw_packet *packet,
					     __u32 count)
{
	struct sw_split *split;
	__u32 zero = 0;

	split = bpf_map_lookup_elem(&split_frame, &zero);
	if (!packet || !split)
		return SW_NO_TUNNEL;
	split->opened = sw_open(ctx, split, packet);
	if (count && split->opened & SW_TUNNEL_CLOSED)
		sw_count_tunnelled(split->opened & SW_TUNNEL_KIND);
	return split->opened;
}

#endif
