// SPDX-License-Identifier: GPL-2.0
#include "axes.h"

#include <stdio.h>
#include <string.h>

const struct sw_link_axis sw_link_axis[] = {
	{ .name = "untagged" },
	{ .name = "VLAN", .tags = 1, .tpid = { 0x8100 } },
	{ .name = "QinQ 88a8", .tags = 2, .tpid = { 0x88a8, 0x8100 } },
	{ .name = "QinQ 9100", .tags = 2, .tpid = { 0x9100, 0x8100 } },
	{ .name = "QinQ 8100", .tags = 2, .tpid = { 0x8100, 0x8100 } },
	{ .name = "PPPoE", .pppoe = true },
	{ .name = "VLAN PPPoE", .tags = 1, .tpid = { 0x8100 }, .pppoe = true },
	{ .name = "QinQ PPPoE", .tags = 2, .tpid = { 0x88a8, 0x8100 }, .pppoe = true },
	{ .name = "PPPoE, one byte", .pppoe = true, .short_ppp = true },
	{ .name = "MPLS 1", .labels = 1 },
	{ .name = "MPLS 2", .labels = 2 },
	{ .name = "MPLS 3", .labels = 3 },
	{ .name = "MPLS 4", .labels = 4 },
	{ .name = "QinQ MPLS 4", .tags = 2, .tpid = { 0x88a8, 0x8100 }, .labels = 4 },
	{ .name = "three tags", .tags = 3, .tpid = { 0x88a8, 0x8100, 0x8100 } },
	{ .name = "MPLS 5", .labels = 5 },
};

const size_t sw_link_axis_ip = 14;
const size_t sw_link_axis_count = sizeof(sw_link_axis) / sizeof(sw_link_axis[0]);

void sw_axis_link(struct sw_spec *spec, const struct sw_link_axis *link)
{
	spec->tags = link->tags;
	memcpy(spec->tpid, link->tpid, sizeof(spec->tpid));
	spec->pppoe = link->pppoe;
	spec->short_ppp = link->short_ppp;
	spec->labels = link->labels;
}

__u8 sw_axis_net_family(unsigned net)
{
	return net < SW_NET_AXIS_V4 ? SW_IPV4 : SW_IPV6;
}

static void add_exts(struct sw_spec *spec, unsigned kind, unsigned count)
{
	static const __u8 type[] = { SW_EXT_HOP, SW_EXT_ROUTING, SW_EXT_DEST,	  SW_EXT_FRAGMENT,
				     SW_EXT_AH,	 SW_EXT_HIP,	 SW_EXT_MOBILITY, SW_EXT_SHIM6 };
	const unsigned kinds = sizeof(type);
	unsigned i;

	for (i = 0; i < count; i++) {
		__u8 next = type[kind < kinds ? kind : i % kinds];

		__u8 units = 1 + i % 3 + (next == SW_EXT_AH);

		sw_spec_ext(spec, next, next == SW_EXT_FRAGMENT ? 1 : units);
	}
}

void sw_axis_net(struct sw_spec *spec, unsigned net, char *name, size_t size)
{
	static const __u8 words[SW_NET_AXIS_V4] = { 0, 1, 10 };
	unsigned kind, count;

	if (net < SW_NET_AXIS_V4) {
		spec->option_words = words[net];
		snprintf(name, size, "IPv4 options %u", words[net]);
		return;
	}
	if (net == SW_NET_AXIS_V4) {
		snprintf(name, size, "IPv6");
		return;
	}
	kind = (net - SW_NET_AXIS_V4 - 1) / 9;
	count = (net - SW_NET_AXIS_V4 - 1) % 9 + 1;
	add_exts(spec, kind, count);
	snprintf(name, size, "IPv6 %u of ext %d", count, kind < 8 ? spec->ext[0].type : -1);
}

const char *const sw_fragment_axis_name[SW_FRAGMENT_AXIS] = {
	"whole", "first", "later", "last", "tiny first", "tiny later",
};

void sw_axis_fragment(struct sw_spec *spec, enum sw_fragment_axis fragment, unsigned position)
{
	position %= spec->exts + 1;
	switch (fragment) {
	case SW_AXIS_WHOLE:
		break;
	case SW_AXIS_FIRST:
		sw_spec_fragment(spec, position, 0, true);
		break;
	case SW_AXIS_LATER:
		sw_spec_fragment(spec, position, 2, true);
		break;
	case SW_AXIS_LAST:
		sw_spec_fragment(spec, position, 0x1fff, false);
		break;
	case SW_AXIS_TINY_FIRST:
		sw_spec_fragment(spec, position, 0, true);
		spec->transport = 13;
		break;
	case SW_AXIS_TINY_LATER:
		sw_spec_fragment(spec, position, 1, false);
		break;
	case SW_FRAGMENT_AXIS:
		break;
	}
}

const char *const sw_transport_axis_name[SW_TRANSPORT_AXIS] = {
	"SMTP SYN", "SMTP SYN ACK", "SMTP data", "HTTP SYN", "from SMTP", "UDP 25", "ICMP", "ESP",
};

void sw_axis_transport(struct sw_spec *spec, enum sw_transport_axis transport)
{
	spec->protocol = SW_TCP;
	spec->dport = 25;
	spec->payload = 12;
	switch (transport) {
	case SW_AXIS_SMTP_SYN:
		spec->flags = SW_SYN;
		spec->doff = 8;
		spec->payload = 0;
		break;
	case SW_AXIS_SMTP_SYN_ACK:
		spec->flags = SW_SYN | SW_ACK;
		break;
	case SW_AXIS_SMTP_DATA:
		spec->flags = SW_ACK;
		break;
	case SW_AXIS_HTTP_SYN:
		spec->dport = 80;
		spec->flags = SW_SYN;
		break;
	case SW_AXIS_FROM_SMTP:
		spec->sport = 25;
		spec->dport = 40000;
		spec->flags = SW_ACK;
		break;
	case SW_AXIS_UDP_25:
		spec->protocol = SW_UDP;
		break;
	case SW_AXIS_ICMP:
		spec->protocol = spec->family == SW_IPV4 ? SW_ICMP : SW_ICMP6;
		break;
	case SW_AXIS_ESP:
		spec->protocol = SW_ESP;
		break;
	case SW_TRANSPORT_AXIS:
		break;
	}
}
