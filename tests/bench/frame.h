/* SPDX-License-Identifier: GPL-2.0 */
/* The generator's frame: Ethernet, IPv4, UDP, 60 bytes with its padding. */
#ifndef SPAMWEIR_BENCH_FRAME_H
#define SPAMWEIR_BENCH_FRAME_H

#include <linux/types.h>

#define BENCH_UDP 17
#define BENCH_SPORT 1024 /* and one more for odd places in the stream */
#define BENCH_DPORT 9
#define BENCH_FRAME 60

/* In network byte order. In the template, `checksum` is the sum of the other
 * fields but the addresses. */
struct bench_frame {
	__u8 to[6];
	__u8 from[6];
	__u16 type;
	__u8 version;
	__u8 tos;
	__u16 total;
	__u16 id;
	__u16 offset;
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	__u32 src;
	__u32 dst;
	__u16 sport;
	__u16 dport;
	__u16 length;
	__u16 udp_checksum; /* none */
} __attribute__((packed, aligned(2)));

#endif
