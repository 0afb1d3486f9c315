// SPDX-License-Identifier: GPL-2.0
#include "traffic.h"

#include <arpa/inet.h>
#include <endian.h>
#include <math.h>
#include <string.h>

#define ZIPF_BITS 18

/* Ethernet up to the type, then all up to the IP header. */
static __u32 build_link(__u8 *at, bool ipv6, bool wrapped)
{
	const __u8 wrap[] = {
		0x88, 0xa8,
		0,    10, /* service tag */
		0x81, 0x00,
		0,    20, /* customer tag */
		0x88, 0x64,
		0x11, 0,
		0,    1,
		0,    ipv6 ? 62 : 42,	  /* PPPoE session */
		0,    ipv6 ? 0x57 : 0x21, /* PPP protocol */
	};

	if (wrapped) {
		memcpy(at + 12, wrap, sizeof(wrap));
		return 12 + sizeof(wrap);
	}
	at[12] = ipv6 ? 0x86 : 0x08;
	at[13] = ipv6 ? 0xdd : 0x00;
	return 14;
}

void bench_frame_build(struct bench_frame *frame, bool ipv6, bool wrapped,
		       enum bench_payload payload)
{
	__u8 *ip, *tcp;

	memset(frame, 0, sizeof(*frame));
	ip = frame->bytes + build_link(frame->bytes, ipv6, wrapped);
	if (ipv6) {
		ip[0] = 0x60;
		ip[5] = 20;
		ip[6] = 6;
		tcp = ip + 40;
	} else {
		ip[0] = 0x45;
		ip[3] = 40;
		ip[9] = 6;
		tcp = ip + 20;
	}
	frame->offset = ip - frame->bytes + (ipv6 ? 8 : 12);
	tcp[3] = payload == BENCH_HTTP ? 80 : 25;
	tcp[12] = 0x50;
	tcp[13] = payload == BENCH_SMTP_SYN ? 0x02 : 0x10;
	frame->size = tcp + 20 - frame->bytes;
}

static __u32 draw_rank(void)
{
	return exp2((bench_random() >> 11) * 0x1p-53 * ZIPF_BITS) - 1;
}

struct pair {
	bench_u128 src;
	bench_u128 dst;
};

static bench_u128 draw_pooled(const struct bench_lists *lists, bool ipv6)
{
	static bench_u128 pool[2][1 << ZIPF_BITS];
	static const struct bench_lists *drawn_of[2];
	__u32 i;

	for (i = 0; i < 1 << ZIPF_BITS && drawn_of[ipv6] != lists; i++)
		pool[ipv6][i] = bench_draw_clean(lists, ipv6);
	drawn_of[ipv6] = lists;
	return pool[ipv6][draw_rank()];
}

static bench_u128 draw_address(const struct bench_lists *lists, bool ipv6,
			       enum bench_addresses addresses)
{
	if (addresses == BENCH_ZIPF)
		return draw_pooled(lists, ipv6);
	if (addresses == BENCH_TOUCHED || addresses == BENCH_HOT)
		return bench_draw_clean_near(lists, ipv6, addresses == BENCH_TOUCHED);
	return bench_draw_clean(lists, ipv6);
}

static struct pair draw_pair(const struct bench_lists *lists, bool ipv6,
			     enum bench_addresses addresses)
{
	struct pair pair;

	if (addresses == BENCH_ZOMBIE)
		pair.src = bench_draw_listed(lists, ipv6, BENCH_ZOMBIE_FEED);
	else
		pair.src = draw_address(lists, ipv6, addresses);
	if (addresses == BENCH_CNC)
		pair.dst = bench_draw_listed(lists, ipv6, BENCH_CNC_FEED);
	else
		pair.dst = draw_address(lists, ipv6, addresses);
	return pair;
}

static void write6(bench_u128 address, __u64 out[2])
{
	out[0] = htobe64(address >> 64);
	out[1] = htobe64(address);
}

void bench_stream_fill(const struct bench_lists *lists, bool ipv6, enum bench_addresses addresses,
		       struct bench_stream *stream)
{
	struct pair pair;
	size_t i;

	for (i = 0; i < BENCH_STREAM; i++) {
		pair = draw_pair(lists, ipv6, addresses);
		if (ipv6) {
			write6(pair.src, stream->key6[i].src);
			write6(pair.dst, stream->key6[i].dst);
		} else {
			stream->key4[i].src = htonl(pair.src >> 96);
			stream->key4[i].dst = htonl(pair.dst >> 96);
		}
	}
}
