// SPDX-License-Identifier: GPL-2.0
#include "replay/dissect.h"

#include <string.h>

#include "parse_order.h"
#include "tunnel.h"

/* Whether the walk, which ended at the offset `end`, did so for what was captured:
 * if there is a header, whichever, it gets further. */
static bool chain_is_cut(const struct sw_cursor *cursor, struct sw_chain chain, __u32 end)
{
	const void *more = cursor->start + end + sizeof(struct sw_ext_header);

	return sw_parse_chain(cursor->start, more, &chain) != SW_EXT_HEADER_LIMIT ||
	       chain.offset != end;
}

/* A frame, or what is in one, and whether the walk along its headers ended where the
 * capture did. */
struct walked {
	struct sw_cursor cursor;
	bool is_cut;
};

static int walk(void *frame, struct sw_chain *chain)
{
	struct walked *walked = frame;
	const struct sw_cursor *cursor = &walked->cursor;
	struct sw_chain start;
	int reason;

	chain->offset -= cursor->base;
	start = *chain;
	reason = sw_parse_chain(cursor->start, cursor->end, chain);
	walked->is_cut = reason == SW_EXT_HEADER_LIMIT &&
			 chain_is_cut(cursor, start, chain->offset);
	chain->offset += cursor->base;
	return reason;
}

/* The datapath reads ports of TCP only; UDP has them at the same place, and so
 * has what is left of a TCP header in a tiny fragment. */
static bool read_ports(const struct sw_cursor *cursor, struct sw_packet *packet)
{
	__be16 port[2];

	if (packet->fragment == SW_LATER || cursor->left < sizeof(port) ||
	    !sw_holds(cursor, sizeof(port)) ||
	    (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP))
		return false;
	memcpy(port, cursor->at, sizeof(port));
	packet->sport = sw_swap16(port[0]);
	packet->dport = sw_swap16(port[1]);
	return true;
}

/* Whether the part of a TCP header that decides is in the frame, and was not
 * captured. */
static bool tcp_is_cut(const struct sw_cursor *cursor, const struct sw_packet *packet)
{
	__u32 least = packet->fragment == SW_FIRST ? SW_TCP_FLAGS_END : SW_TCP_MIN;

	return packet->protocol == IPPROTO_TCP && packet->fragment != SW_LATER &&
	       cursor->left >= least && !sw_holds(cursor, SW_TCP_FLAGS_END);
}

/* IP headers want to be aligned, and stand 14 bytes behind what is. */
#define FRAME_ALIGN 2
#define FRAME_MAX (1 << 17) /* no IP length comes near */

/* Dissects what is behind the addresses, which were read unless `reason` says otherwise.
 * `is_whole`: the capture has all of it. Returns whether the capture cuts it short. */
static bool dissect_layer(struct walked *walked, int reason, bool is_whole, struct sw_layer *out)
{
	struct sw_cursor *cursor = &walked->cursor;
	struct sw_packet *packet = &out->packet;

	if (reason != SW_GO_ON)
		return reason == SW_MALFORMED && !is_whole;
	reason = sw_parse_to_transport(walk, walked, cursor, packet);
	/* A tiny fragment may end before it says what it carries. */
	out->has_protocol = reason == SW_GO_ON ||
			    (reason == SW_TINY_FRAGMENT && !sw_is_ext_header(packet->protocol));
	if (!out->has_protocol)
		return walked->is_cut;
	out->has_ports = read_ports(cursor, packet);
	return reason == SW_GO_ON && tcp_is_cut(cursor, packet);
}

static bool dissect_inner(const struct walked *outer, const struct sw_inner *inner,
			  struct sw_layer *out)
{
	static _Alignas(8) __u8 copy[FRAME_ALIGN + FRAME_MAX];
	__u8 *start = copy + (inner->link == SW_INNER_ETHERNET ? FRAME_ALIGN : 0);
	const struct sw_cursor *cursor = &outer->cursor;
	__u32 size = cursor->end - cursor->start;
	struct walked walked = { .is_cut = false };
	int reason;

	size = size < inner->at ? 0 : size - inner->at;
	memcpy(start, cursor->start + inner->at, size);
	walked.cursor = (struct sw_cursor){
		.start = start,
		.at = start,
		.end = start + size,
		.base = inner->at,
		.left = inner->left, /* all there is: the length stays 0 */
	};
	/* Padding behind it is not its own. */
	if (size > inner->left)
		walked.cursor.end = start + inner->left;
	reason = sw_parse_inner(&walked.cursor, &out->packet, inner->link);
	return dissect_layer(&walked, reason, size >= inner->left, out);
}

/* Some bytes of where it goes on, and zeros if there are not so many; false if they were
 * not captured. */
static bool read_head(const struct sw_cursor *cursor, const struct sw_inner *inner, __u32 most,
		      __u8 head[SW_TUNNEL_HEAD])
{
	__u32 captured = cursor->end - cursor->start;
	__u32 size = inner->left < most ? inner->left : most;

	memset(head, 0, SW_TUNNEL_HEAD);
	if (size && (captured < inner->at || captured - inner->at < size))
		return false;
	if (size)
		memcpy(head, cursor->start + inner->at, size);
	return true;
}

/* Through headers of which the first words do not tell all; false if the capture ends
 * in them. */
static bool enter_further(const struct sw_cursor *cursor, enum sw_tunnel kind,
			  struct sw_inner *inner)
{
	__u8 head[SW_TUNNEL_HEAD];

	if (inner->link == SW_INNER_UDP) {
		if (!read_head(cursor, inner, SW_TUNNEL_HEAD, head))
			return false;
		sw_enter_udp(kind, head, inner);
	}
	if (inner->link == SW_INNER_PPP) {
		if (!read_head(cursor, inner, SW_PPP_HEAD, head))
			return false;
		sw_enter_ppp(head, inner);
	} else if (inner->link == SW_INNER_IP) {
		if (!read_head(cursor, inner, 1, head))
			return false;
		sw_enter_ip(head, inner);
	}
	return true;
}

/* Whether what is in a tunnel is cut short by the capture. */
static bool look_inside(struct walked *walked, const struct sw_tunnels *tunnels,
			struct sw_dissection *out)
{
	struct sw_packet packet = out->outer.packet;
	struct sw_inner inner;
	__u32 at = walked->cursor.at - walked->cursor.start;

	if (packet.protocol == IPPROTO_TCP) /* PPTP's carries nothing */
		return false;
	if (sw_parse_payload(&walked->cursor, &packet, at) != SW_GO_ON)
		return true;
	out->tunnel = sw_tunnel_of(&packet);
	if (packet.fragment != SW_WHOLE || out->tunnel == SW_NO_TUNNEL ||
	    !(tunnels->opened >> out->tunnel & 1))
		return false;
	inner = sw_enter_tunnel(&packet, out->tunnel);
	if (!enter_further(&walked->cursor, out->tunnel, &inner))
		return true;
	if (inner.link == SW_INNER_NONE || inner.link == SW_INNER_CONTROL)
		return false;
	return dissect_inner(walked, &inner, &out->inner);
}

void sw_dissect(const void *frame, __u32 size, __u32 length, const struct sw_tunnels *tunnels,
		struct sw_dissection *out)
{
	static _Alignas(8) __u8 copy[FRAME_ALIGN + FRAME_MAX];
	struct walked walked = { .is_cut = false };
	int reason;

	memset(out, 0, sizeof(*out));
	if (size > FRAME_MAX)
		size = length = FRAME_MAX;
	memcpy(copy + FRAME_ALIGN, frame, size);
	walked.cursor = (struct sw_cursor){
		.start = copy + FRAME_ALIGN,
		.at = copy + FRAME_ALIGN,
		.end = copy + FRAME_ALIGN + size,
		.length = length,
	};
	reason = sw_parse_to_addresses(&walked.cursor, &out->outer.packet);
	out->is_cut = dissect_layer(&walked, reason, size == length, &out->outer);
	if (tunnels->looked_for && out->outer.has_protocol && !out->is_cut)
		out->is_cut = look_inside(&walked, tunnels, out);
}
