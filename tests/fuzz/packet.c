// SPDX-License-Identifier: GPL-2.0
/*
 * Frames as replay describes them, against the decoder that the packet tests
 * judge by. The input is two octets that say where the frame is cut, then the
 * frame.
 */
#include "decode.h"
#include "replay/dissect.h"
#include "fuzz.h"
#include "tags.h"
#include "unwrap.h"

static const struct sw_tunnels tunnels = { .looked_for = 1, .opened = SW_TUNNELS_OPENED };

static sw_u128 source(const struct sw_packet *packet)
{
	return packet->family == SW_IPV4
		       ? packet->src4
		       : (sw_u128)packet->pair6.source.hi << 64 | packet->pair6.source.lo;
}

static sw_u128 destination(const struct sw_packet *packet)
{
	return packet->family == SW_IPV4
		       ? packet->dst4
		       : (sw_u128)packet->pair6.destination.hi << 64 | packet->pair6.destination.lo;
}

static unsigned get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

/* Fragments, ports and lengths that cannot be together. */
static void check_sense(const struct sw_layer *layer)
{
	must(layer->packet.fragment <= SW_LATER && layer->packet.vlans <= SW_VLAN_MAX);
	must(layer->packet.family < SW_FAMILIES);
	must(!layer->has_protocol || layer->packet.family);
	must(!layer->has_ports || (layer->has_protocol && layer->packet.fragment != SW_LATER));
	must(layer->has_ports || (!layer->packet.sport && !layer->packet.dport));
	if (!layer->packet.family)
		must(!layer->packet.fragment && !layer->packet.protocol);
}

static void check_tags(const struct sw_packet *packet, const __u8 *data, __u32 size)
{
	unsigned vid[TAGS_MAX] = { 0 }, tags = tags_of(data, size, vid);

	must(packet->vlans == tags);
	must(packet->vlan[0] == vid[0] && packet->vlan[1] == vid[1]);
}

static void check_layer(const struct sw_layer *d, const struct sw_decoded *right)
{
	const struct sw_packet *packet = &d->packet;
	bool tcp_or_udp = right->protocol == IPPROTO_TCP || right->protocol == IPPROTO_UDP;

	check_sense(d);
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

/* What is in it, where the model would look: a broken TCP header it finds out first. */
static void check_inside(const struct sw_dissection *d, const struct sw_decoded *right)
{
	struct sw_unwrapped unwrapped = { .kind = SW_NO_TUNNEL };

	if (right->found == SW_FOUND_PACKET && right->protocol != IPPROTO_TCP)
		unwrapped = sw_unwrap(right, tunnels.opened, SW_ACCESS);
	must(d->tunnel == unwrapped.kind);
	must(!d->inner.packet.family == !unwrapped.opened);
	if (unwrapped.opened)
		check_layer(&d->inner, &unwrapped.inner);
}

static struct sw_dissection dissect(const __u8 *data, __u32 size)
{
	__u8 *frame = copy_of(data, size);
	struct sw_decoded right = sw_decode(frame, size);
	struct sw_dissection d;

	memset(&d, 0x5a, sizeof(d));
	sw_dissect(frame, size, size, &tunnels, &d);
	must(!d.is_cut);
	check_tags(&d.outer.packet, frame, size);
	check_layer(&d.outer, &right);
	check_inside(&d, &right);
	free(frame);
	return d;
}

/* More bytes behind it never hide an address. */
static void check_longer(const struct sw_layer *start, const struct sw_layer *whole)
{
	if (!start->packet.family)
		return;
	must(whole->packet.family == start->packet.family);
	must(source(&whole->packet) == source(&start->packet));
	must(destination(&whole->packet) == destination(&start->packet));
}

/* With the headers that decide, a part of the frame tells what the whole does; the
 * ports of UDP, which decide nothing, may be missing. */
static void check_part(const __u8 *data, __u32 size, __u32 length)
{
	__u8 *part = copy_of(data, size), *padded = calloc(1, length ?: 1);
	struct sw_decoded whole = sw_decode(data, length), right;
	struct sw_dissection d;

	must(padded);
	memcpy(padded, data, size);
	right = sw_decode(padded, length);
	sw_dissect(part, size, length, &tunnels, &d);
	check_sense(&d.outer);
	check_sense(&d.inner);
	if (!d.is_cut) {
		must(right.found == whole.found && right.family == whole.family);
		must(right.src == whole.src && right.dst == whole.dst);
		must(d.outer.has_protocol == (whole.found == SW_FOUND_PACKET));
	}
	if (!d.is_cut && d.outer.has_protocol) {
		must(d.outer.packet.protocol == whole.protocol &&
		     d.outer.packet.fragment == whole.fragment);
		must(right.protocol == whole.protocol && right.fragment == whole.fragment);
		must(right.payload.size == whole.payload.size);
		if (whole.protocol == IPPROTO_TCP && whole.fragment != SW_LATER &&
		    whole.payload.size >= SW_TCP_MIN)
			must(!memcmp(whole.payload.at, right.payload.at, SW_TCP_FLAGS_END));
	}
	free(part);
	free(padded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	__u32 cut = take(&input, 2);
	struct sw_dissection start, whole;

	start = dissect(input.at, cut < input.size ? cut : input.size);
	whole = dissect(input.at, input.size);
	check_longer(&start.outer, &whole.outer);
	check_part(input.at, cut < input.size ? cut : input.size, input.size);
	return 0;
}
