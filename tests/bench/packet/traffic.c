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
	const __u8 wrap[] = { 0x88, 0xa8, 0, 10, 0x81, 0, 0, 20, 0x88, 0x64, 0x11, 0,
			      0, 1, 0, ipv6 ? 62 : 42, 0, ipv6 ? 0x57 : 0x21 };

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

static void fill4(const struct bench_world *world, enum bench_addresses addresses,
		  struct bench_stream *stream)
{
	static __u32 pool[1 << ZIPF_BITS];
	bool touched = addresses == BENCH_TOUCHED;
	struct bench_key4 *key;
	__u32 src, dst, i;

	for (i = 0; i < 1 << ZIPF_BITS && addresses == BENCH_ZIPF; i++)
		pool[i] = bench_clean4(world, false);
	for (key = stream->key4; key < stream->key4 + BENCH_STREAM; key++) {
		if (addresses == BENCH_ZIPF) {
			src = pool[draw_rank()];
			dst = pool[draw_rank()];
		} else {
			src = addresses == BENCH_ZOMBIE ? bench_listed4(world, SW_KIND_ZOMBIE) :
							  bench_clean4(world, touched);
			dst = addresses == BENCH_CNC ? bench_listed4(world, SW_KIND_CNC) :
						       bench_clean4(world, touched);
		}
		*key = (struct bench_key4){ htonl(src), htonl(dst) };
	}
}

static void fill6(const struct bench_world *world, enum bench_addresses addresses,
		  struct bench_stream *stream)
{
	struct sw_in6 src, dst;
	struct bench_key6 *key;

	for (key = stream->key6; key < stream->key6 + BENCH_STREAM; key++) {
		src = addresses == BENCH_ZOMBIE ? bench_listed6(world, SW_KIND_ZOMBIE) :
						  bench_clean6(world);
		dst = addresses == BENCH_CNC ? bench_listed6(world, SW_KIND_CNC) :
					       bench_clean6(world);
		*key = (struct bench_key6){ { htobe64(src.hi), htobe64(src.lo) },
					    { htobe64(dst.hi), htobe64(dst.lo) } };
	}
}

void bench_stream_fill(const struct bench_world *world, bool ipv6, enum bench_addresses addresses,
		       struct bench_stream *stream)
{
	if (ipv6)
		fill6(world, addresses, stream);
	else
		fill4(world, addresses, stream);
}
