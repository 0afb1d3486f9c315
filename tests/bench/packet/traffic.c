// SPDX-License-Identifier: GPL-2.0
#include "traffic.h"

#include <arpa/inet.h>
#include <endian.h>
#include <math.h>
#include <string.h>

#define ZIPF_BITS 18

#define IPIP 4
#define TCP 6
#define UDP 17

static void put16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

/* Ethernet up to the type, then all up to the IP header. */
static __u32 build_link(__u8 *at, bool ipv6, enum bench_wrap wrap)
{
	const __u8 session[] = {
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
	const __u8 tag[] = { 0x81, 0x00, 0, 10 };
	__u32 size = 12;

	if (wrap == BENCH_PPPOE) {
		memcpy(at + size, session, sizeof(session));
		return size + sizeof(session);
	}
	if (wrap == BENCH_VLAN) {
		memcpy(at + size, tag, sizeof(tag));
		size += sizeof(tag);
	}
	put16(at + size, ipv6 || wrap == BENCH_4IN6 ? 0x86dd : 0x0800);
	return size + 2;
}

static __u8 *build_ip(__u8 *ip, bool ipv6, __u8 protocol, __u16 payload)
{
	if (ipv6) {
		ip[0] = 0x60;
		put16(ip + 4, payload);
		ip[6] = protocol;
		return ip + 40;
	}
	ip[0] = 0x45;
	put16(ip + 2, payload + 20);
	ip[9] = protocol;
	return ip + 20;
}

static __u16 destination_port(enum bench_payload payload)
{
	switch (payload) {
	case BENCH_HTTP:
		return 80;
	case BENCH_UDP:
		return 443;
	case BENCH_SYN_ACK:
		return 50000;
	default:
		return 25;
	}
}

static __u8 tcp_flags(enum bench_payload payload)
{
	if (payload == BENCH_SYN_ACK)
		return 0x12;
	return payload == BENCH_SMTP_SYN ? 0x02 : 0x10;
}

/* Its length. */
static __u32 build_transport(__u8 *at, enum bench_payload payload)
{
	static const char bounce[] = "MAIL FROM:<>\r\n";

	put16(at, payload == BENCH_SYN_ACK ? 443 : 0);
	put16(at + 2, destination_port(payload));
	if (payload == BENCH_UDP) {
		put16(at + 4, 20);
		return 20;
	}
	at[12] = 0x50;
	at[13] = tcp_flags(payload);
	if (payload != BENCH_BOUNCE)
		return 20;
	memcpy(at + 20, bounce, strlen(bounce));
	return 20 + strlen(bounce);
}

void bench_frame_build(struct bench_frame *frame, bool ipv6, enum bench_wrap wrap,
		       enum bench_payload payload)
{
	__u8 *ip, *transport, protocol = payload == BENCH_UDP ? UDP : TCP;
	__u32 size;

	memset(frame, 0, sizeof(*frame));
	ip = frame->bytes + build_link(frame->bytes, ipv6, wrap);
	if (wrap == BENCH_4IN6) {
		memcpy(ip + 8, (__u8[]){ 0x24, 1, 7 }, 3); /* a subscriber and his concentrator */
		memcpy(ip + 24, (__u8[]){ 0x24, 1, 8 }, 3);
	}
	transport = wrap == BENCH_4IN6 ? ip + 60 : ip + (ipv6 ? 40 : 20);
	size = build_transport(transport, payload);
	if (wrap == BENCH_4IN6)
		ip = build_ip(ip, true, IPIP, size + 20);
	build_ip(ip, ipv6, protocol, size);
	frame->offset = ip - frame->bytes + (ipv6 ? 8 : 12);
	frame->size = transport + size - frame->bytes;
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
	else if (addresses == BENCH_GATEWAY)
		pair.dst = bench_draw_listed(lists, ipv6, BENCH_ZOMBIE_FEED);
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
