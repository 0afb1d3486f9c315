// SPDX-License-Identifier: GPL-2.0
#include "replay/link.h"

#include <linux/if_ether.h>
#include <stdint.h>
#include <string.h>

enum {
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_RAW_LINUX = 12, /* DLT_RAW, which old files have in place of LINK_RAW */
	LINK_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101,
	LINK_SLL = 113,
	LINK_PPP_PPPD = 166, /* the HDLC address tells the direction */
	LINK_PPP_WITH_DIR = 204,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

#define SLL_SIZE 16
#define SLL2_SIZE 20
#define SLL_OUTGOING 4 /* PACKET_OUTGOING */
#define HDLC_ADDRESS 0xff
#define HDLC_CONTROL 0x03

/* What was captured behind a link header, and its EtherType. */
struct inside {
	__u32 at;
	__u16 type;
};

static __u16 get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

bool sw_link_is_known(unsigned link)
{
	switch (link) {
	case LINK_ETHERNET:
	case LINK_PPP:
	case LINK_RAW_LINUX:
	case LINK_RAW_OPENBSD:
	case LINK_PPP_HDLC:
	case LINK_PPP_ETHER:
	case LINK_RAW:
	case LINK_SLL:
	case LINK_PPP_PPPD:
	case LINK_PPP_WITH_DIR:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_SLL2:
		return true;
	default:
		return false;
	}
}

static bool read_sll(struct sw_frame *frame, struct inside *inside)
{
	if (frame->size < SLL_SIZE)
		return false;
	*inside = (struct inside){ SLL_SIZE, get16(frame->data + 14) };
	frame->direction = get16(frame->data) == SLL_OUTGOING ? SW_DIRECTION_OUT : SW_DIRECTION_IN;
	return true;
}

static bool read_sll2(struct sw_frame *frame, struct inside *inside)
{
	if (frame->size < SLL2_SIZE)
		return false;
	*inside = (struct inside){ SLL2_SIZE, get16(frame->data) };
	frame->direction = frame->data[10] == SLL_OUTGOING ? SW_DIRECTION_OUT : SW_DIRECTION_IN;
	return true;
}

/* The version tells the family. What is neither is no IP. */
static bool read_raw(const struct sw_frame *frame, struct inside *inside)
{
	if (!frame->size)
		return false;
	*inside = (struct inside){ 0 };
	if (frame->data[0] >> 4 == 4)
		inside->type = ETH_P_IP;
	else if (frame->data[0] >> 4 == 6)
		inside->type = ETH_P_IPV6;
	return true;
}

static __u16 type_of_ppp(__u16 protocol)
{
	switch (protocol) {
	case 0x0021:
		return ETH_P_IP;
	case 0x0057:
		return ETH_P_IPV6;
	case 0x0281: /* RFC 3032 */
		return ETH_P_MPLS_UC;
	case 0x0283:
		return ETH_P_MPLS_MC;
	default:
		return ETH_P_PPP_MP; /* any that is not IP */
	}
}

/* The protocol, of one byte if that is odd (RFC 1661), at `at` or behind the
 * address and control fields of HDLC-like framing (RFC 1662). */
static bool read_ppp(const struct sw_frame *frame, __u32 at, struct inside *inside)
{
	const __u8 *data = frame->data;

	if (frame->size > at && data[at] == HDLC_ADDRESS) {
		if (frame->size < at + 2)
			return false;
		if (data[at + 1] == HDLC_CONTROL)
			at += 2;
	}
	if (frame->size > at && data[at] & 1) {
		*inside = (struct inside){ at + 1, type_of_ppp(data[at]) };
		return true;
	}
	if (frame->size < at + 2)
		return false;
	*inside = (struct inside){ at + 2, type_of_ppp(get16(data + at)) };
	return true;
}

/* A byte of 0 for what was received, in place of the HDLC address or in front. */
static bool read_directed_ppp(struct sw_frame *frame, struct inside *inside)
{
	const __u8 *data = frame->data;
	__u32 at = 1;

	if (!frame->size)
		return false;
	if (frame->link == LINK_PPP_PPPD) {
		if (frame->size < 2 || data[1] != HDLC_CONTROL || data[0] > 1)
			return read_ppp(frame, 0, inside);
		at = 2;
	}
	frame->direction = data[0] ? SW_DIRECTION_OUT : SW_DIRECTION_IN;
	return read_ppp(frame, at, inside);
}

static bool read_link(struct sw_frame *frame, struct inside *inside)
{
	switch (frame->link) {
	case LINK_SLL:
		return read_sll(frame, inside);
	case LINK_SLL2:
		return read_sll2(frame, inside);
	case LINK_IPV4:
		*inside = (struct inside){ 0, ETH_P_IP };
		return true;
	case LINK_IPV6:
		*inside = (struct inside){ 0, ETH_P_IPV6 };
		return true;
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return read_ppp(frame, 0, inside);
	case LINK_PPP_ETHER:
		*inside = (struct inside){ 0, ETH_P_PPP_SES };
		return true;
	case LINK_PPP_PPPD:
	case LINK_PPP_WITH_DIR:
		return read_directed_ppp(frame, inside);
	default:
		return read_raw(frame, inside);
	}
}

void sw_link_to_ethernet(struct sw_frame *frame, __u8 room[SW_FRAME_MOST])
{
	struct inside inside;

	frame->has_macs = frame->link == LINK_ETHERNET;
	if (frame->size > SW_FRAME_MOST)
		frame->size = SW_FRAME_MOST;
	if (frame->link == LINK_ETHERNET)
		return;
	if (!read_link(frame, &inside)) {
		frame->length = frame->length > frame->size ? frame->length : 0;
		frame->size = 0;
		return;
	}
	if (frame->size - inside.at > SW_FRAME_MOST - ETH_HLEN)
		frame->size = SW_FRAME_MOST - ETH_HLEN + inside.at;
	memset(room, 0, ETH_HLEN);
	room[ETH_ALEN * 2] = inside.type >> 8;
	room[ETH_ALEN * 2 + 1] = inside.type;
	memcpy(room + ETH_HLEN, frame->data + inside.at, frame->size - inside.at);
	frame->data = room;
	frame->size += ETH_HLEN - inside.at;
	frame->length = frame->length > UINT32_MAX - ETH_HLEN
				? UINT32_MAX
				: frame->length + ETH_HLEN - inside.at;
}
