/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In which order a frame is parsed: for whoever judges it, tells of it or shows
 * it. parse.h explains the steps.
 *
 * The caller's `walk` is sw_parse_chain() on its `frame`: to the verifier that has
 * to be a function of its own, which finds the frame's bounds itself.
 */
#ifndef SPAMWEIR_PARSE_ORDER_H
#define SPAMWEIR_PARSE_ORDER_H

#include "parse_ip.h"
#include "parse_link.h"

typedef int (*sw_walk_fn)(void *frame, struct sw_chain *chain);

/* The addresses, if what was found in front of them, `reason`, lets it go on. Where it
 * comes to nothing the packet has no family. */
static __always_inline int sw_parse_addresses(struct sw_cursor *cursor, struct sw_packet *packet,
					      int reason)
{
	if (reason == SW_GO_ON) {
		sw_forget_way(cursor, SW_LINK_OFFSETS);
		packet->ip_at = cursor->at - cursor->start;
		if (packet->family == SW_IPV4)
			reason = sw_parse_addresses4(cursor, packet);
		else
			reason = sw_parse_addresses6(cursor, packet);
	}
	if (reason != SW_GO_ON)
		packet->family = SW_NO_FAMILY;
	return reason;
}

/* Up to the addresses. The cursor stands at the frame's start, and then at the IP
 * header. */
static __always_inline int sw_parse_to_addresses(struct sw_cursor *cursor, struct sw_packet *packet)
{
	return sw_parse_addresses(cursor, packet, sw_parse_link(cursor, packet));
}

static __always_inline int sw_follow_chain(sw_walk_fn walk, void *frame, struct sw_cursor *cursor,
					   struct sw_packet *packet)
{
	struct sw_chain chain = {
		.offset = cursor->base + (cursor->at - cursor->start),
		.left = cursor->left,
		.protocol = packet->protocol,
	};
	int reason = walk(frame, &chain);

	packet->protocol = chain.protocol; /* of a tiny fragment too: the header that is cut */
	packet->fragment = chain.fragment;
	cursor->at = cursor->start + ((chain.offset - cursor->base) & SW_CHAIN_OFFSETS);
	cursor->left = chain.left;
	return reason;
}

/* From the addresses to what the transport header is, if that is there. */
static __always_inline int sw_parse_to_transport(sw_walk_fn walk, void *frame,
						 struct sw_cursor *cursor, struct sw_packet *packet)
{
	const enum sw_family family = packet->family;
	int reason;

	reason = family == SW_IPV4 ? sw_parse_lengths4(cursor, packet)
				   : sw_parse_lengths6(cursor, packet);
	if (reason == SW_GO_ON)
		reason = sw_check_length(cursor, packet);
	if (reason != SW_GO_ON)
		return reason;
	if (family == SW_IPV4)
		return sw_parse_header4(cursor, packet);
	reason = sw_parse_header6(cursor, packet);
	if (reason != SW_GO_ON || !sw_is_ext_header(packet->protocol))
		return reason;
	return sw_follow_chain(walk, frame, cursor, packet);
}

/* The rest, of a packet that has a family. */
static __always_inline int sw_parse_to_end(sw_walk_fn walk, void *frame, struct sw_cursor *cursor,
					   struct sw_packet *packet)
{
	int reason = sw_parse_to_transport(walk, frame, cursor, packet);

	return reason == SW_GO_ON ? sw_parse_tcp(cursor, packet) : reason;
}

#endif
