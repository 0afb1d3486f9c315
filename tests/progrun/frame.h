/* SPDX-License-Identifier: GPL-2.0 */
/* Frames from a description: what is on the wire, layer by layer. */
#ifndef SPAMWEIR_PROGRUN_FRAME_H
#define SPAMWEIR_PROGRUN_FRAME_H

#include "base/prefix.h"

#define SW_FRAME_MAX 65000
#define SW_FRAME_EXTS 16
#define SW_FRAME_ALL 0xffff

/* Extension headers by their protocol number. */
enum {
	SW_EXT_HOP = 0,
	SW_EXT_ROUTING = 43,
	SW_EXT_FRAGMENT = 44,
	SW_EXT_AH = 51,
	SW_EXT_DEST = 60,
	SW_EXT_MOBILITY = 135,
	SW_EXT_HIP = 139,
	SW_EXT_SHIM6 = 140,
};

enum {
	SW_ICMP = 1,
	SW_TCP = 6,
	SW_UDP = 17,
	SW_ESP = 50,
	SW_ICMP6 = 58,
	SW_NO_NEXT = 59,
};

enum {
	SW_FIN = 0x01,
	SW_SYN = 0x02,
	SW_RST = 0x04,
	SW_ACK = 0x10,
};

struct sw_ext {
	__u8 type;
	__u8 units; /* of 8 bytes, of which AH has two at least */
};

struct sw_spec {
	__u16 tpid[4];
	__u8 tags;
	__u16 vid;   /* of the outer tag; 0: any that has no role */
	__u8 labels; /* MPLS */
	bool pppoe;
	bool short_ppp;	 /* its protocol in one byte */
	__u16 ethertype; /* 0: what the rest asks for */

	__u8 family;
	sw_u128 src;
	sw_u128 dst;
	__u8 option_words; /* IPv4 */
	__u8 exts;
	struct sw_ext ext[SW_FRAME_EXTS];

	__u16 offset; /* of the fragment, in units of 8 bytes */
	bool more;

	__u8 protocol;
	__u16 sport;
	__u16 dport;
	__u32 seq;
	__u8 flags;
	__u8 doff; /* 0: 5 */
	__u16 payload;
	const char *says; /* what the payload begins with; NULL: nothing in particular */
	__u16 transport;  /* keep so many bytes behind the IP headers; SW_FRAME_ALL */

	__u8 padding; /* bytes behind the IP packet */
};

struct sw_frame {
	__u32 len;
	/* Where the headers stand; pppoe is 0 if there is none. */
	__u32 pppoe;
	__u32 ip;
	__u32 ext[SW_FRAME_EXTS];
	__u32 l4;
	__u32 ip_end;
	__u32 inner; /* what was wrapped */
	__u8 data[SW_FRAME_MAX];
};

/* The fragment header of IPv6 stands where spec->ext says; IPv4 needs none. */
void sw_frame_build(struct sw_frame *frame, const struct sw_spec *spec);

/* What a tunnel puts between its IP header and what it carries. */
struct sw_head {
	const char *name;
	__u8 protocol; /* of the packet that carries it */
	__u8 inner;    /* family of what is in it; 0: any */
	bool ethernet; /* with an Ethernet header */
	__u8 ends;     /* where a length stands; 0: none does */
	bool length_of_all;
	__u8 size;
	__u8 bytes[64];
};

/* Makes the frame's IP packet, or all up to that packet's end, the payload of another
 * one, of head->protocol, behind `head`. */
void sw_frame_wrap(struct sw_frame *frame, const struct sw_spec *outer, const struct sw_head *head);

/* An IPv4 or IPv6 SMTP SYN, whole, no tags, with a sequence number of its own: to be
 * changed from there. */
struct sw_spec sw_spec_smtp(__u8 family, sw_u128 src, sw_u128 dst);

/* Adds an extension header behind those that are there. */
void sw_spec_ext(struct sw_spec *spec, __u8 type, __u8 units);

/* Makes it a fragment; for IPv6 the header is put at `position`. */
void sw_spec_fragment(struct sw_spec *spec, __u8 position, __u16 offset, bool more);

/* Cuts the frame at `len` and makes the IP length, and PPPoE's, agree. */
void sw_frame_cut(struct sw_frame *frame, const struct sw_spec *spec, __u32 len);

void sw_frame_put16(struct sw_frame *frame, __u32 at, __u16 value);

#endif
