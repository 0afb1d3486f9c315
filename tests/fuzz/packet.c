// SPDX-License-Identifier: GPL-2.0
/*
 * The parser, on the host: as replay runs it, and stage by stage as the
 * datapath does, against the decoder that the packet tests judge by. The input
 * is two octets that say where the frame is cut, then the frame.
 */
#include "decode.h"
#include "dissect.h"
#include "fuzz.h"

/* No driver's first buffer is so short that it parts link and IP headers. */
#define HEADERS_MAX (14 + 2 * 4 + 4 * 4 + 40)

#define IP_ALIGN 2 /* in front of a frame, as drivers have it: IP stands on a word */

/* A frame, of which `readable` bytes are there. */
struct frame {
	__u8 *memory;
	__u8 *at;
	__u32 size;
	__u32 readable;
};

static struct frame frame_of(const __u8 *data, __u32 size, __u32 readable)
{
	struct frame frame = { .memory = malloc(IP_ALIGN + readable) };

	must(frame.memory);
	frame.at = frame.memory + IP_ALIGN;
	frame.size = size;
	frame.readable = readable;
	memcpy(frame.at, data, readable);
	return frame;
}

static sw_u128 source(const struct sw_packet *packet)
{
	return packet->family == SW_IPV4 ? packet->src4 :
					   (sw_u128)packet->src6.hi << 64 | packet->src6.lo;
}

static sw_u128 destination(const struct sw_packet *packet)
{
	return packet->family == SW_IPV4 ? packet->dst4 :
					   (sw_u128)packet->dst6.hi << 64 | packet->dst6.lo;
}

static unsigned get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

/* Fragments, ports and lengths that cannot be together. */
static void check_sense(const struct sw_dissection *d)
{
	must(d->packet.fragment <= SW_LATER && d->packet.vlans <= SW_VLAN_MAX);
	must(d->packet.family < SW_FAMILIES);
	must(!d->has_protocol || d->packet.family);
	must(!d->has_ports || (d->has_protocol && d->packet.fragment != SW_LATER));
	must(d->has_ports || (!d->packet.sport && !d->packet.dport));
	must(!d->packet.tcp_flags); /* the datapath's */
	if (!d->packet.family)
		must(!d->packet.fragment && !d->packet.protocol);
}

static void check_tags(const struct sw_packet *packet, const __u8 *data)
{
	int i;

	for (i = 0; i < packet->vlans; i++)
		must(packet->vlan[i] == (get16(data + 14 + 4 * i) & 0xfff));
	for (; i < SW_VLAN_MAX; i++)
		must(!packet->vlan[i]);
}

static void check_dissection(const struct sw_dissection *d, const struct sw_decoded *right)
{
	const struct sw_packet *packet = &d->packet;
	bool tcp_or_udp = right->protocol == IPPROTO_TCP || right->protocol == IPPROTO_UDP;

	must(packet->family == right->family);
	must(source(packet) == right->src && destination(packet) == right->dst);
	must(d->has_protocol == (right->found == SW_FOUND_PACKET));
	if (!d->has_protocol)
		return;
	must(packet->protocol == right->protocol && packet->fragment == right->fragment);
	must(d->has_ports ==
	     (tcp_or_udp && right->fragment != SW_LATER && right->payload.size >= 4));
	if (d->has_ports)
		must(packet->sport == get16(right->payload.at) &&
		     packet->dport == get16(right->payload.at + 2));
}

static struct sw_dissection dissect(const __u8 *data, __u32 size)
{
	struct frame frame = frame_of(data, size, size);
	struct sw_decoded right = sw_decode(data, size);
	struct sw_dissection d;

	memset(&d, 0x5a, sizeof(d));
	sw_dissect(frame.at, frame.size, &d);
	check_sense(&d);
	check_tags(&d.packet, data);
	check_dissection(&d, &right);
	free(frame.memory);
	return d;
}

/* More bytes behind it never hide an address. */
static void check_longer(const __u8 *data, __u32 size, __u32 cut)
{
	struct sw_dissection whole = dissect(data, size), start = dissect(data, cut);

	if (!start.packet.family)
		return;
	must(whole.packet.family == start.packet.family);
	must(source(&whole.packet) == source(&start.packet));
	must(destination(&whole.packet) == destination(&start.packet));
}

/* The way of the datapath's stages, with what must hold between them. */
struct way {
	struct frame frame;
	struct sw_cursor cursor;
	struct sw_packet packet;
	const void *before; /* where the cursor stood */
};

static void check_cursor(struct way *way)
{
	const struct sw_cursor *cursor = &way->cursor;

	must(cursor->start == way->frame.at);
	must(cursor->end == way->frame.at + way->frame.readable);
	must(cursor->at >= way->before);
	must(cursor->at <= cursor->end || way->packet.beyond);
	must(cursor->at - cursor->start + cursor->left <= way->frame.readable + way->packet.beyond);
	way->before = cursor->at;
}

static int check_length(const struct way *way)
{
	return way->frame.readable + way->packet.beyond > way->frame.size ? SW_MALFORMED : SW_GO_ON;
}

static int follow_link(struct way *way)
{
	int reason = sw_parse_link(&way->cursor, &way->packet);

	if (reason != SW_GO_ON)
		return reason;
	check_cursor(way);
	sw_forget_way(&way->cursor, SW_LINK_OFFSETS);
	must(way->cursor.at == way->before);
	must(way->packet.family == SW_IPV4 || way->packet.family == SW_IPV6);
	return way->packet.family == SW_IPV4 ? sw_parse_addresses4(&way->cursor, &way->packet) :
					       sw_parse_addresses6(&way->cursor, &way->packet);
}

static int follow_lengths(struct way *way)
{
	int reason = way->packet.family == SW_IPV4 ?
			     sw_parse_lengths4(&way->cursor, &way->packet) :
			     sw_parse_lengths6(&way->cursor, &way->packet);

	if (reason == SW_GO_ON)
		reason = check_length(way);
	if (reason == SW_GO_ON)
		check_cursor(way);
	return reason;
}

static int follow_chain(struct way *way)
{
	struct sw_chain chain = {
		.offset = way->cursor.at - way->cursor.start,
		.left = way->cursor.left,
		.protocol = way->packet.protocol,
	};
	int reason = sw_parse_chain(way->cursor.start, way->cursor.end, &chain);

	if (reason != SW_GO_ON)
		return reason;
	must(chain.offset <= SW_CHAIN_OFFSETS);
	way->cursor.at = way->cursor.start + chain.offset;
	way->cursor.left = chain.left;
	way->packet.protocol = chain.protocol;
	way->packet.fragment = chain.fragment;
	check_cursor(way);
	return SW_GO_ON;
}

static int follow_header(struct way *way)
{
	int reason;

	if (way->packet.family == SW_IPV4)
		reason = sw_parse_header4(&way->cursor, &way->packet);
	else
		reason = sw_parse_header6(&way->cursor, &way->packet);
	if (reason != SW_GO_ON)
		return reason;
	check_cursor(way);
	if (way->packet.family == SW_IPV6 && sw_is_ext_header(way->packet.protocol))
		return follow_chain(way);
	return SW_GO_ON;
}

static int follow(struct way *way)
{
	int reason = follow_link(way);

	if (reason == SW_GO_ON)
		reason = follow_lengths(way);
	if (reason == SW_GO_ON)
		reason = follow_header(way);
	if (reason == SW_GO_ON)
		reason = sw_parse_tcp(&way->cursor, &way->packet);
	return reason;
}

static int run_stages(const __u8 *data, __u32 size, __u32 readable, struct sw_packet *packet)
{
	struct way way = { .frame = frame_of(data, size, readable) };
	int reason;

	way.cursor.start = way.cursor.at = way.before = way.frame.at;
	way.cursor.end = way.frame.at + readable;
	reason = follow(&way);
	*packet = way.packet;
	free(way.frame.memory);
	return reason;
}

static int expected_tcp(const struct sw_decoded *right)
{
	bool whole = right->fragment == SW_WHOLE;
	size_t header;

	if (right->fragment == SW_LATER)
		return right->offset == 1 ? SW_TINY_FRAGMENT : SW_GO_ON;
	if (right->payload.size < SW_TCP_FLAGS_END)
		return whole ? SW_MALFORMED : SW_TINY_FRAGMENT;
	header = (right->payload.at[12] >> 4) * 4;
	if (header < SW_TCP_MIN || (whole && header > right->payload.size))
		return SW_MALFORMED;
	return SW_GO_ON;
}

static int expected_reason(const struct sw_decoded *right)
{
	switch (right->found) {
	case SW_FOUND_OTHER:
		return SW_NOT_IP;
	case SW_FOUND_CUT:
	case SW_FOUND_ADDRESSES:
		return SW_MALFORMED;
	case SW_FOUND_TOO_MANY:
		return SW_EXT_HEADER_LIMIT;
	case SW_FOUND_PACKET:
		break;
	}
	return right->protocol == IPPROTO_TCP ? expected_tcp(right) : SW_GO_ON;
}

static void check_stages(const __u8 *data, __u32 size)
{
	struct sw_decoded right = sw_decode(data, size);
	struct sw_packet packet;
	int reason = run_stages(data, size, size, &packet);

	must(reason == expected_reason(&right));
	if (reason != SW_GO_ON)
		return;
	must(packet.protocol == right.protocol && packet.fragment == right.fragment);
	if (packet.protocol == IPPROTO_TCP && packet.fragment != SW_LATER)
		must(packet.sport == get16(right.payload.at) &&
		     packet.dport == get16(right.payload.at + 2) &&
		     packet.tcp_flags == right.payload.at[13]);
	else
		must(!packet.sport && !packet.dport && !packet.tcp_flags);
}

static bool same_packet(const struct sw_packet *a, const struct sw_packet *b)
{
	return a->family == b->family && a->protocol == b->protocol &&
	       a->fragment == b->fragment && a->tcp_flags == b->tcp_flags &&
	       a->vlans == b->vlans && !memcmp(a->vlan, b->vlan, sizeof(a->vlan)) &&
	       a->sport == b->sport && a->dport == b->dport && source(a) == source(b) &&
	       destination(a) == destination(b);
}

/* A frame in several buffers is judged as the whole one, or not followed. */
static void check_buffers(const __u8 *data, __u32 size, __u32 readable)
{
	struct sw_packet whole, part;
	int right = run_stages(data, size, size, &whole);
	int reason = run_stages(data, size, readable, &part);

	if (readable < HEADERS_MAX || reason == SW_EXT_HEADER_LIMIT)
		return;
	must(reason == right);
	must(same_packet(&part, &whole));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	__u32 cut = take(&input, 2);

	if (cut > input.size)
		cut = input.size;
	check_longer(input.at, input.size, cut);
	check_stages(input.at, input.size);
	check_buffers(input.at, input.size, cut);
	return 0;
}
