// SPDX-License-Identifier: GPL-2.0
#include "unwrap.h"

static unsigned get16(struct sw_slice s, size_t at)
{
	return s.at[at] << 8 | s.at[at + 1];
}

static struct sw_slice skip(struct sw_slice s, size_t size)
{
	return (struct sw_slice){ s.at + size, s.size - size };
}

/* 0 stands for any port. */
static const struct {
	unsigned sport, dport;
	enum sw_tunnel kind;
} udp_kinds[] = {
	{ 0, 4789, SW_TUNNEL_VXLAN },	   { 0, 2152, SW_TUNNEL_GTPU },
	{ 0, 6081, SW_TUNNEL_GENEVE },	   { 0, 1701, SW_TUNNEL_L2TP },
	{ 1701, 0, SW_TUNNEL_L2TP },	   { 0, 3544, SW_TUNNEL_TEREDO },
	{ 3544, 0, SW_TUNNEL_TEREDO },	   { 0, 4500, SW_TUNNEL_ESP },
	{ 4500, 0, SW_TUNNEL_ESP },	   { 0, 51820, SW_TUNNEL_WIREGUARD },
	{ 51820, 0, SW_TUNNEL_WIREGUARD },
};

static enum sw_tunnel told_by_ports(struct sw_slice s)
{
	size_t i;

	for (i = 0; s.size >= 4 && i < sizeof(udp_kinds) / sizeof(udp_kinds[0]); i++) {
		if ((!udp_kinds[i].sport || udp_kinds[i].sport == get16(s, 0)) &&
		    (!udp_kinds[i].dport || udp_kinds[i].dport == get16(s, 2)))
			return udp_kinds[i].kind;
	}
	return SW_NO_TUNNEL;
}

enum sw_tunnel sw_tunnel_told(const struct sw_decoded *packet)
{
	if (packet->found != SW_FOUND_PACKET || packet->fragment == SW_LATER)
		return SW_NO_TUNNEL;
	switch (packet->protocol) {
	case 4:
		return packet->family == SW_IPV6 ? SW_TUNNEL_4IN6 : SW_TUNNEL_IPIP;
	case 6:
		return get16(packet->payload, 2) == 1723 ? SW_TUNNEL_PPTP : SW_NO_TUNNEL;
	case 17:
		return told_by_ports(packet->payload);
	case 41:
		return packet->family == SW_IPV4 ? SW_TUNNEL_6IN4 : SW_TUNNEL_IPIP;
	case 47:
		if (packet->payload.size >= 4 && (packet->payload.at[1] & 7) == 1)
			return SW_TUNNEL_PPTP;
		return SW_TUNNEL_GRE;
	case 50:
		return SW_TUNNEL_ESP;
	}
	return SW_NO_TUNNEL;
}

static const struct sw_decoded unreadable = { .found = SW_FOUND_CUT };

/* RFC 2784 with the fields of RFC 2890. */
static struct sw_decoded open_gre(struct sw_slice s)
{
	size_t size = 4;
	unsigned type;

	if (s.size < 4 || s.at[0] & 0x40 || s.at[1] & 7)
		return unreadable;
	size += s.at[0] & 0x80 ? 4 : 0; /* checksum */
	size += s.at[0] & 0x20 ? 4 : 0; /* key */
	size += s.at[0] & 0x10 ? 4 : 0; /* sequence number */
	if (size > s.size)
		return unreadable;
	type = get16(s, 2);
	s = skip(s, size);
	switch (type) {
	case 0x0800:
		return sw_decode_ip(s, 4);
	case 0x86dd:
		return sw_decode_ip(s, 6);
	case 0x6558:
		return sw_decode(s.at, s.size);
	}
	return unreadable;
}

/* Zero behind the end. */
static unsigned byte(struct sw_slice s, size_t at)
{
	return at < s.size ? s.at[at] : 0;
}

static const struct sw_decoded nothing_inside = { .found = SW_FOUND_OTHER };

static struct sw_decoded open_vxlan(struct sw_slice s)
{
	if (!(byte(s, 0) & 8) || s.size < 8)
		return unreadable;
	return sw_decode(s.at + 8, s.size - 8);
}

static struct sw_decoded open_either(struct sw_slice s)
{
	switch (byte(s, 0) >> 4) {
	case 4:
		return sw_decode_ip(s, 4);
	case 6:
		return sw_decode_ip(s, 6);
	}
	return s.size ? nothing_inside : unreadable;
}

/* 3GPP TS 29.281, 5.1 and 5.2. Extension headers are followed within 64 bytes. */
static struct sw_decoded open_gtpu(struct sw_slice s)
{
	size_t length = byte(s, 2) << 8 | byte(s, 3), size = 8;
	unsigned next = 0, extensions = 0;

	if (byte(s, 0) >> 4 != 3)
		return unreadable;
	if (byte(s, 1) != 255)
		return nothing_inside;
	if (s.size < 8 || length > s.size - 8)
		return unreadable;
	if (s.at[0] & 7) {
		size = 12;
		next = s.at[0] & 4 ? byte(s, 11) : 0;
	}
	while (next) {
		size_t words = size < 64 ? byte(s, size) : 0;

		if (++extensions > 4 || !words || size + words * 4 > 64)
			return unreadable;
		size += words * 4;
		next = byte(s, size - 1);
	}
	if (size > 8 + length)
		return unreadable;
	s.size = 8 + length;
	return open_either(skip(s, size));
}

static struct sw_decoded open_ppp(struct sw_slice s)
{
	size_t at = byte(s, 0) == 0xff && byte(s, 1) == 3 ? 2 : 0;
	unsigned protocol = byte(s, at++);

	if (protocol % 2 == 0)
		protocol = protocol << 8 | byte(s, at++);
	if (at > s.size)
		return unreadable;
	if (protocol != 0x21 && protocol != 0x57)
		return nothing_inside;
	return sw_decode_ip(skip(s, at), protocol == 0x21 ? 4 : 6);
}

/* RFC 2661, 3.1. */
static struct sw_decoded open_l2tp(struct sw_slice s)
{
	unsigned flags = byte(s, 0);
	size_t size = 6, length;

	if (flags & 0x80)
		return nothing_inside;
	if ((byte(s, 1) & 15) != 2)
		return unreadable;
	if (flags & 0x40) {
		length = byte(s, 2) << 8 | byte(s, 3);
		if (length > s.size)
			return unreadable;
		s.size = length;
		size += 2;
	}
	if (flags & 8)
		size += 4;
	if (flags & 2)
		size += 2 + (s.size < size + 2 ? 0 : get16(s, size));
	return size > s.size ? unreadable : open_ppp(skip(s, size));
}

static struct sw_decoded open_udp(struct sw_slice s, enum sw_tunnel kind)
{
	if (s.size < 8)
		return unreadable;
	s = skip(s, 8);
	switch (kind) {
	case SW_TUNNEL_VXLAN:
		return open_vxlan(s);
	case SW_TUNNEL_GTPU:
		return open_gtpu(s);
	case SW_TUNNEL_L2TP:
		return open_l2tp(s);
	default:
		return unreadable;
	}
}

static struct sw_decoded open_kind(const struct sw_decoded *outer, enum sw_tunnel kind)
{
	if (kind == SW_TUNNEL_GRE)
		return open_gre(outer->payload);
	if (outer->protocol == 17)
		return open_udp(outer->payload, kind);
	return sw_decode_ip(outer->payload, outer->protocol == 4 ? 4 : 6);
}

struct sw_unwrapped sw_unwrap(const struct sw_decoded *outer, __u32 may_open, enum sw_role role)
{
	struct sw_unwrapped result = { .kind = sw_tunnel_told(outer) };

	if (result.kind == SW_NO_TUNNEL)
		return result;
	if (outer->fragment != SW_WHOLE || !(may_open >> result.kind & 1)) {
		result.closed = true;
		return result;
	}
	result.inner = open_kind(outer, result.kind);
	result.opened = result.inner.found > SW_FOUND_CUT;
	result.closed = result.inner.found == SW_FOUND_CUT;
	if (result.kind == SW_TUNNEL_4IN6 && role == SW_ACCESS) {
		result.inner.sender_family = SW_IPV6;
		result.inner.sender = outer->src;
	}
	return result;
}
