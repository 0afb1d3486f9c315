// SPDX-License-Identifier: GPL-2.0
#include "replay/dissect.h"

#include <string.h>

#include "parse_order.h"

/* Whether the walk, which ended at the offset `end`, did so for what was captured:
 * if there is a header, whichever, it gets further. */
static bool chain_is_cut(const struct sw_cursor *cursor, struct sw_chain chain, __u32 end)
{
	const void *more = cursor->start + end + sizeof(struct sw_ext_header);

	return sw_parse_chain(cursor->start, more, &chain) != SW_EXT_HEADER_LIMIT ||
	       chain.offset != end;
}

/* A frame, and whether the walk along its headers ended where the capture did. */
struct walked {
	struct sw_cursor cursor;
	bool is_cut;
};

static int walk(void *frame, struct sw_chain *chain)
{
	struct walked *walked = frame;
	const struct sw_chain start = *chain;
	int reason = sw_parse_chain(walked->cursor.start, walked->cursor.end, chain);

	walked->is_cut = reason == SW_EXT_HEADER_LIMIT &&
			 chain_is_cut(&walked->cursor, start, chain->offset);
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
#define FRAME_MAX (1 << 17) /* of which no IP length comes near */

void sw_dissect(const void *frame, __u32 size, __u32 length, struct sw_dissection *out)
{
	static _Alignas(8) __u8 copy[FRAME_ALIGN + FRAME_MAX];
	struct sw_packet *packet = &out->packet;
	struct walked walked = { .is_cut = false };
	struct sw_cursor *cursor = &walked.cursor;
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
	reason = sw_parse_to_addresses(cursor, packet);
	if (reason != SW_GO_ON) {
		out->is_cut = reason == SW_MALFORMED && size < length;
		return;
	}
	reason = sw_parse_to_transport(walk, &walked, cursor, packet);
	out->is_cut = walked.is_cut;
	/* A tiny fragment may end before it says what it carries. */
	out->has_protocol = reason == SW_GO_ON ||
			    (reason == SW_TINY_FRAGMENT && !sw_is_ext_header(packet->protocol));
	if (!out->has_protocol)
		return;
	out->has_ports = read_ports(cursor, packet);
	out->is_cut = reason == SW_GO_ON && tcp_is_cut(cursor, packet);
}
