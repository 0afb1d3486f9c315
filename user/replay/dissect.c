// SPDX-License-Identifier: GPL-2.0
#include "replay/dissect.h"

#include <string.h>

static int parse_addresses(struct sw_cursor *cursor, struct sw_packet *packet)
{
	if (packet->family == SW_IPV4)
		return sw_parse_addresses4(cursor, packet);
	return sw_parse_addresses6(cursor, packet);
}

static int parse_lengths(struct sw_cursor *cursor, struct sw_packet *packet)
{
	int reason = packet->family == SW_IPV4 ? sw_parse_lengths4(cursor, packet) :
						 sw_parse_lengths6(cursor, packet);

	return reason == SW_GO_ON && packet->beyond ? SW_MALFORMED : reason;
}

static int parse_header(struct sw_cursor *cursor, struct sw_packet *packet)
{
	struct sw_chain chain;
	int reason;

	if (packet->family == SW_IPV4)
		return sw_parse_header4(cursor, packet);
	reason = sw_parse_header6(cursor, packet);
	if (reason != SW_GO_ON)
		return reason;
	chain = (struct sw_chain){
		.offset = cursor->at - cursor->start,
		.left = cursor->left,
		.protocol = packet->protocol,
	};
	reason = sw_parse_chain(cursor->start, cursor->end, &chain);
	cursor->at = cursor->start + chain.offset;
	cursor->left = chain.left;
	packet->protocol = chain.protocol;
	packet->fragment = chain.fragment;
	return reason;
}

/* The datapath reads ports of TCP only; UDP has them at the same place, and so
 * has what is left of a TCP header in a tiny fragment. */
static bool read_ports(const struct sw_cursor *cursor, struct sw_packet *packet)
{
	__be16 port[2];

	if (packet->fragment == SW_LATER || cursor->left < sizeof(port) ||
	    (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP))
		return false;
	memcpy(port, cursor->at, sizeof(port));
	packet->sport = sw_swap16(port[0]);
	packet->dport = sw_swap16(port[1]);
	return true;
}

/* IP headers want to be aligned, and stand 14 bytes behind what is. */
#define FRAME_ALIGN 2
#define FRAME_MAX (1 << 17)

void sw_dissect(const void *frame, __u32 size, struct sw_dissection *out)
{
	static _Alignas(8) __u8 copy[FRAME_ALIGN + FRAME_MAX];
	struct sw_packet *packet = &out->packet;
	struct sw_cursor cursor;
	int reason;

	memset(out, 0, sizeof(*out));
	if (size > FRAME_MAX)
		size = FRAME_MAX;
	memcpy(copy + FRAME_ALIGN, frame, size);
	cursor.start = cursor.at = copy + FRAME_ALIGN;
	cursor.end = cursor.at + size;
	if (sw_parse_link(&cursor, packet) != SW_GO_ON ||
	    parse_addresses(&cursor, packet) != SW_GO_ON) {
		packet->family = SW_NO_FAMILY;
		return;
	}
	if (parse_lengths(&cursor, packet) != SW_GO_ON)
		return;
	reason = parse_header(&cursor, packet);
	out->has_protocol = reason == SW_GO_ON || reason == SW_TINY_FRAGMENT;
	if (out->has_protocol)
		out->has_ports = read_ports(&cursor, packet);
}
