/* SPDX-License-Identifier: GPL-2.0 */
/* The model's decoder: what a careful reader finds in a frame. */
#ifndef SPAMWEIR_PROGRUN_DECODE_H
#define SPAMWEIR_PROGRUN_DECODE_H

#include "base/prefix.h"

struct sw_slice {
	const __u8 *at;
	size_t size;
};

enum sw_found {
	SW_FOUND_OTHER,	    /* no IP */
	SW_FOUND_CUT,	    /* ended or went wrong before both addresses */
	SW_FOUND_ADDRESSES, /* but what follows contradicts itself */
	SW_FOUND_TOO_MANY,  /* extension headers */
	SW_FOUND_HIDDEN,    /* a first fragment that ends within them */
	SW_FOUND_PACKET,
};

struct sw_decoded {
	enum sw_found found;
	__u8 family; /* from here on: if addresses were found */
	sw_u128 src;
	sw_u128 dst;
	enum sw_fragment fragment; /* from here on: if a packet was found */
	__u16 offset;
	__u8 protocol;
	/* More headers may stand between this fragment's and the real protocol. */
	bool protocol_unknown;
	struct sw_slice payload;
	/* Who is known as the sender: the source, but for 4in6. */
	__u8 sender_family;
	sw_u128 sender;
	bool bare; /* nothing stands between the fixed header and the payload */
};

struct sw_decoded sw_decode(const __u8 *data, size_t size);
struct sw_decoded sw_decode_ip(struct sw_slice s, unsigned version);

#endif
