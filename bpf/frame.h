/* SPDX-License-Identifier: GPL-2.0 */
/* A frame, parsed: all of it in functions of their own to the verifier, which
 * proves each once, and not again for every way that leads to it. */
#ifndef SPAMWEIR_FRAME_H
#define SPAMWEIR_FRAME_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "maps.h"
#include "parse_order.h"
#include "tunnel.h"

/* IPv6 extension headers: the one walk of unknown length. */
__attribute__((noinline)) int sw_walk_chain(struct xdp_md *ctx, struct sw_chain *chain)
{
	if (!chain)
		return SW_EXT_HEADER_LIMIT;
	return sw_parse_chain((const void *)(long)ctx->data, (const void *)(long)ctx->data_end,
			      chain);
}

static __always_inline int sw_walk(void *frame, struct sw_chain *chain)
{
	return sw_walk_chain(frame, chain);
}

static __always_inline struct sw_cursor sw_cursor_at_start(struct xdp_md *ctx)
{
	return (struct sw_cursor){
		.start = (const void *)(long)ctx->data,
		.at = (const void *)(long)ctx->data,
		.end = (const void *)(long)ctx->data_end,
		.length = bpf_xdp_get_buff_len(ctx),
	};
}

#define SW_SPLIT_OFFSETS 0xffff /* of which no frame has more */

/* The same walk where headers stand behind the first buffer. */
__attribute__((noinline)) int sw_walk_split(struct xdp_md *ctx, struct sw_chain *chain)
{
	struct sw_ext_header ext = {};
	int reason, i;

	if (!chain || !sw_is_ext_header(chain->protocol))
		return chain ? SW_GO_ON : SW_EXT_HEADER_LIMIT;
	for (i = 0; i < SW_EXT_MAX; i++) {
		if (chain->left < sizeof(ext))
			return sw_cut_chain(chain);
		if (bpf_xdp_load_bytes(ctx, chain->offset & SW_SPLIT_OFFSETS, &ext, sizeof(ext)))
			return SW_EXT_HEADER_LIMIT;
		reason = sw_parse_ext(chain, &ext);
		if (reason != SW_NEXT_HEADER)
			return reason;
	}
	return SW_EXT_HEADER_LIMIT;
}

static __always_inline int sw_walk_behind(void *frame, struct sw_chain *chain)
{
	return sw_walk_split(frame, chain);
}

/* Reads the transport header, by helper too, because what stands in front of it may be
 * long. Where there is no whole TCP header, the ports of another protocol will do. */
static __always_inline int sw_parse_split_upper(struct xdp_md *ctx, struct sw_split *split,
						struct sw_cursor *cursor, struct sw_packet *packet)
{
	__u32 offset = (cursor->base + (cursor->at - cursor->start)) & SW_SPLIT_OFFSETS;
	int reason;

	cursor->at = cursor->end = split->tcp;
	if (!bpf_xdp_load_bytes(ctx, offset, split->tcp, sizeof(split->tcp)))
		cursor->end += sizeof(split->tcp);
	else if (has_tunnels && !bpf_xdp_load_bytes(ctx, offset, split->tcp, SW_PORTS_END))
		cursor->end += SW_PORTS_END;
	reason = sw_parse_tcp(cursor, packet);
	return has_tunnels && reason == SW_GO_ON ? sw_parse_payload(cursor, packet, offset)
						 : reason;
}

/* Copies what stands at `at`, of which there are `left` bytes, as far as there is room
 * for it: all up to an IP header's fixed part. The cursor is at its start. `gap`: bytes in
 * front of it that put IP on a word, 2 where an Ethernet header comes first. */
static __always_inline int sw_read_split(struct xdp_md *ctx, struct sw_split *split,
					 struct sw_cursor *cursor, __u32 at, __u32 left,
					 const __u32 gap)
{
	__u64 size = left < SW_SPLIT_HEAD ? left : SW_SPLIT_HEAD;
	void *head = split->head + gap;

	/* Changes nothing, but the verifier of 6.1 sees that it is not 0. */
	__asm__ volatile("" : "+r"(size));
	size = ((size - 1) & (SW_SPLIT_HEAD - 1)) + 1;
	if (!left || bpf_xdp_load_bytes(ctx, at, head, size))
		return SW_MALFORMED;
	*cursor = (struct sw_cursor){
		.start = head,
		.at = head,
		.end = head + size,
		.base = at,
		.length = bpf_xdp_get_buff_len(ctx),
		.left = left,
	};
	return SW_GO_ON;
}

/*
 * A frame whose headers are not all in its first buffer: they are copied, and then
 * parsed as any. Drivers choose what stands there, and some leave it empty.
 *
 * bpf_xdp_pull_data(), of newer kernels, would do the same. But the verifier counts a
 * program that may call it among those that change packets, and the dispatcher of
 * libxdp cannot host those.
 */
__attribute__((noinline)) int sw_parse_split(struct xdp_md *ctx, struct sw_packet *packet)
{
	__u32 length = bpf_xdp_get_buff_len(ctx), zero = 0;
	struct sw_split *split = bpf_map_lookup_elem(&split_frame, &zero);
	struct sw_cursor cursor;
	int reason;

	if (!packet || !split)
		return SW_MALFORMED;
	*packet = (struct sw_packet){ .length = length };
	split->frames++;
	reason = sw_read_split(ctx, split, &cursor, 0, length, SW_ETHERNET_GAP);
	if (reason == SW_GO_ON)
		reason = sw_parse_to_addresses(&cursor, packet);
	if (reason == SW_GO_ON)
		reason = sw_parse_to_transport(sw_walk_behind, ctx, &cursor, packet);
	return reason == SW_GO_ON ? sw_parse_split_upper(ctx, split, &cursor, packet) : reason;
}

static __always_inline int sw_parse_linear(struct xdp_md *ctx, struct sw_cursor *cursor,
					   struct sw_packet *packet)
{
	int reason = sw_parse_to_addresses(cursor, packet);

	if (reason == SW_GO_ON)
		reason = sw_parse_to_end(sw_walk, ctx, cursor, packet);
	return has_tunnels && reason == SW_GO_ON
		       ? sw_parse_payload(cursor, packet, cursor->at - cursor->start)
		       : reason;
}

/* `packet` is zeroed, and has no family if the addresses could not be read.
 * Tells SW_GO_ON or the reason at which parsing ended. */
__attribute__((noinline)) int sw_parse_frame(struct xdp_md *ctx, struct sw_packet *packet)
{
	struct sw_cursor cursor = sw_cursor_at_start(ctx);
	__u64 readable = cursor.end - cursor.start;
	int reason;

	/* Left alone, the compiler reorders sums over pointers, which the verifier
	 * forbids. */
	__asm__ volatile("" : "+r"(readable));
	if (!packet)
		return SW_MALFORMED;
	packet->length = cursor.length;
	reason = sw_parse_linear(ctx, &cursor, packet);
	if ((reason == SW_MALFORMED || reason == SW_EXT_HEADER_LIMIT) && readable < cursor.length)
		return sw_parse_split(ctx, packet);
	return reason;
}

#endif
