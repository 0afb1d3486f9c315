/* SPDX-License-Identifier: GPL-2.0 */
/* What the matrix is made of: each function makes one choice of an axis. */
#ifndef SPAMWEIR_PROGRUN_AXES_H
#define SPAMWEIR_PROGRUN_AXES_H

#include "frame.h"

struct sw_link_axis {
	const char *name;
	__u16 tpid[4];
	__u8 tags;
	bool pppoe;
	bool short_ppp;
	__u8 labels;
};

/* The first sw_link_axis_ip of them lead to IP, the others to none. */
extern const struct sw_link_axis sw_link_axis[];
extern const size_t sw_link_axis_ip;
extern const size_t sw_link_axis_count;

void sw_axis_link(struct sw_spec *spec, const struct sw_link_axis *link);

/* IPv4 with 0, 1 and 10 words of options; IPv6 without extension headers; with
 * 1 to 9 of each kind and of all kinds mixed. */
#define SW_NET_AXIS_V4 3
#define SW_NET_AXIS (SW_NET_AXIS_V4 + 1 + 9 * 9)

__u8 sw_axis_net_family(unsigned net);
void sw_axis_net(struct sw_spec *spec, unsigned net, char *name, size_t size);

enum sw_fragment_axis {
	SW_AXIS_WHOLE,
	SW_AXIS_FIRST,
	SW_AXIS_LATER,
	SW_AXIS_LAST,
	SW_AXIS_TINY_FIRST, /* ends before the flags of TCP */
	SW_AXIS_TINY_LATER, /* begins behind the ports */
	SW_FRAGMENT_AXIS,
};

extern const char *const sw_fragment_axis_name[SW_FRAGMENT_AXIS];

/* `position`: where IPv6's fragment header goes, modulo the places there are. */
void sw_axis_fragment(struct sw_spec *spec, enum sw_fragment_axis fragment, unsigned position);

enum sw_transport_axis {
	SW_AXIS_SMTP_SYN,
	SW_AXIS_SMTP_SYN_ACK,
	SW_AXIS_SMTP_DATA,
	SW_AXIS_HTTP_SYN,
	SW_AXIS_FROM_SMTP, /* the answer: source port 25 */
	SW_AXIS_UDP_25,
	SW_AXIS_ICMP,
	SW_AXIS_ESP,
	SW_TRANSPORT_AXIS,
};

extern const char *const sw_transport_axis_name[SW_TRANSPORT_AXIS];

void sw_axis_transport(struct sw_spec *spec, enum sw_transport_axis transport);

#endif
