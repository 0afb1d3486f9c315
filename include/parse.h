/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From frame to addresses to TCP flags.
 *
 * In steps, because C&C is judged as soon as the addresses are known and
 * the lengths are held against the frame before anything is concluded from
 * what they enclose:
 *
 *	sw_parse_link	   Ethernet, VLAN tags, PPPoE, MPLS
 *	sw_parse_addresses the fixed part of the IP header
 *	sw_parse_lengths   what the headers promise
 *	sw_parse_header	   options, fragments
 *	sw_parse_chain	   IPv6 extension headers
 *	sw_parse_tcp	   TCP, where there is a TCP header
 *
 * Each returns SW_GO_ON or the reason that ends the matter. The cursor's `at`
 * and `end` are the proof that the verifier checks; its `left` is how many
 * bytes the headers so far promise, for what lies behind them is padding. A
 * frame in several buffers goes on behind `end`: what is promised from there is
 * only counted, in `beyond`, and held against the frame's whole length.
 *
 * What they have in common is here. The steps are in parse_link.h, up to IP, and in
 * parse_ip.h; parse_order.h calls them in this order.
 *
 * No helper is called, so that this also compiles on the host.
 */
#ifndef SPAMWEIR_PARSE_H
#define SPAMWEIR_PARSE_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/types.h>

#include "contract.h"
#include "table6.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define sw_swap16(x) __builtin_bswap16(x)
#define sw_swap32(x) __builtin_bswap32(x)
#define sw_swap64(x) __builtin_bswap64(x)
#else
#define sw_swap16(x) (x)
#define sw_swap32(x) (x)
#define sw_swap64(x) (x)
#endif

#define SW_VLAN_MAX 2

#define SW_TCP_MIN 20
#define SW_TCP_FLAGS_END 14 /* bytes of a TCP header up to and with the flags */

struct sw_cursor {
	const void *start; /* of the frame, or of what is read of it */
	const void *at;
	const void *end;
	__u32 base;   /* where in the frame `start` is */
	__u32 length; /* of the frame: more than up to `end` if that is in several buffers */
	__u32 left;
	__u8 promised; /* `left` is a header's word, not just what is readable */
};

struct sw_pair6 {
	struct sw_in6 source;
	struct sw_in6 destination;
};

struct sw_packet {
	__u32 length;	      /* of the frame */
	union {		      /* on the stack of a program each word counts */
		__u32 beyond; /* bytes promised behind what is readable, until TCP */
		__u32 seq;    /* of TCP */
		struct {      /* else, where tunnels are looked for: see tunnel.h */
			__u16 at;
			__u16 left;
		} payload;
	};
	__u8 family;
	__u8 protocol; /* transport; what a later fragment's header says it is */
	__u8 fragment;
	__u8 tcp_flags;
	__u8 vlans;
	__u8 ip_at; /* of a packet with a family: where its IP header stands in the frame */
	__u16 vlan[SW_VLAN_MAX]; /* VIDs, the outer first */
	__u16 sport;
	__u16 dport;
	/* Host byte order, as is all else; by family, for on the stack of a program each
	 * word counts. */
	union {
		struct {
			__u32 src4;
			__u32 dst4;
		};
		struct sw_pair6 pair6;
	};
};

struct sw_ethernet {
	__be16 destination[3]; /* as words: the header is aligned to them */
	__be16 source[3];
	__be16 type;
};

struct sw_tcp {
	__be16 sport;
	__be16 dport;
	__be32 seq;
	__be32 ack;
	__u8 offset; /* in the upper half, in 32-bit words */
	__u8 flags;
	__be16 window;
};

#define SW_TCP_SYN 0x02
#define SW_TCP_RST 0x04
#define SW_TCP_ACK 0x10

/* Whether the frame holds `size` bytes at the cursor. */
static __always_inline int sw_holds(const struct sw_cursor *cursor, __u32 size)
{
	return cursor->at + size <= cursor->end;
}

static __always_inline void sw_advance(struct sw_cursor *cursor, __u32 size)
{
	cursor->at += size;
	cursor->left -= size;
}

/* A header says that `length` bytes follow. */
static __always_inline int sw_promise(struct sw_cursor *cursor, struct sw_packet *packet,
				      __u32 length)
{
	if (__builtin_expect(length > cursor->left, 0)) {
		if (cursor->promised)
			return SW_MALFORMED;
		packet->beyond = length - cursor->left;
	}
	cursor->left = length;
	return SW_GO_ON;
}

/*
 * Makes the verifier forget by which way the cursor got here: all it keeps is
 * that the offset fits `mask`. Without this every combination of tags and
 * headers would be verified to its end on its own.
 */
static __always_inline void sw_forget_way(struct sw_cursor *cursor, __u64 mask)
{
	const void *at = cursor->at;

	__asm__ volatile("" : "+r"(at));
	cursor->at = cursor->start + ((at - cursor->start) & mask);
}

#endif
