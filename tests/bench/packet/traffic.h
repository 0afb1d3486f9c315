/* SPDX-License-Identifier: GPL-2.0 */
/* Frames, and the streams of addresses that they take. */
#ifndef SPAMWEIR_BENCH_TRAFFIC_H
#define SPAMWEIR_BENCH_TRAFFIC_H

#include "draw.h"
#include "keys.h"

enum bench_addresses {
	BENCH_HOT,     /* one pair, over and over, that nothing is listed near */
	BENCH_ZIPF,    /* of 262,144 addresses, the n-th one in proportion to 1/n */
	BENCH_COLD,    /* uniform over all of IPv4, or 2000::/4 */
	BENCH_TOUCHED, /* the same, of /24s (/32s) in which something is listed */
	BENCH_CNC,     /* the destination is listed */
	BENCH_ZOMBIE,  /* the source is */
	BENCH_GATEWAY, /* the destination is listed as a zombie: see bench_product_brake() */
};

enum bench_payload {
	BENCH_HTTP,
	BENCH_SMTP_SYN,
	BENCH_SMTP_DATA,
	BENCH_BOUNCE, /* MAIL FROM:<> */
	BENCH_UDP,
	BENCH_SYN_ACK, /* of a web server */
};

/* What stands in front of the packet. */
enum bench_wrap {
	BENCH_BARE,
	BENCH_VLAN,
	BENCH_PPPOE, /* in QinQ */
	BENCH_4IN6,
};

struct bench_frame {
	__u8 bytes[128];
	__u32 size;
	__u32 offset; /* of the source address; in a tunnel, of that of what is in it */
};

void bench_frame_build(struct bench_frame *frame, bool ipv6, enum bench_wrap wrap,
		       enum bench_payload payload);

void bench_stream_fill(const struct bench_lists *lists, bool ipv6, enum bench_addresses addresses,
		       struct bench_stream *stream);

#endif
