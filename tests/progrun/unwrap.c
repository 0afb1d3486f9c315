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

static struct sw_decoded open_kind(const struct sw_decoded *outer, enum sw_tunnel kind)
{
	if (kind == SW_TUNNEL_GRE)
		return open_gre(outer->payload);
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
