/* SPDX-License-Identifier: GPL-2.0 */
/* A frame, parsed: all of it in functions of their own to the verifier, which
 * proves each once, and not again for every way that leads to it. */
#ifndef SPAMWEIR_FRAME_H
#define SPAMWEIR_FRAME_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "maps.h"
#include "parse_order.h"

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
		if (bpf_xdp_load_bytes(ctx, chain->offset & SW_CHAIN_OFFSETS, &ext, sizeof(ext)))
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

/* Where the TCP header is, by helper too, for what stands in front of it may be long. */
static __always_inline int sw_parse_split_tcp(struct xdp_md *ctx, struct sw_split *split,
					      struct sw_cursor *cursor, struct sw_packet *packet)
{
	__u64 offset = cursor->at - cursor->start;

	cursor->at = cursor->end = split->tcp;
	if (!bpf_xdp_load_bytes(ctx, offset & SW_CHAIN_OFFSETS, split->tcp, sizeof(split->tcp)))
		cursor->end += sizeof(split->tcp);
	return sw_parse_tcp(cursor, packet);
}

/*
 * A frame whose headers are not all in its first buffer: they are copied, and then
 * parsed as any. Drivers choose what stands there, and some leave it empty.
 *
 * bpf_xdp_pull_data(), of newer kernels, would do the same. But the verifier counts a
 * program that may call it among those that change packets, and such a one the
 * dispatcher of libxdp cannot host.
 */
__attribute__((noinline)) int sw_parse_split(struct xdp_md *ctx, struct sw_packet *packet)
{
	__u32 length = bpf_xdp_get_buff_len(ctx), zero = 0;
	__u64 size = length < SW_SPLIT_HEAD ? length : SW_SPLIT_HEAD;
	struct sw_split *split = bpf_map_lookup_elem(&split_frame, &zero);
	struct sw_cursor cursor;
	int reason;

	if (!packet || !split)
		return SW_MALFORMED;
	*packet = (struct sw_packet){ .length = length };
	/* Changes nothing, but the verifier of 6.1 sees that it is not 0. */
	__asm__ volatile("" : "+r"(size));
	size = ((size - 1) & (SW_SPLIT_HEAD - 1)) + 1;
	if (!length || bpf_xdp_load_bytes(ctx, 0, split->head, size))
		return SW_MALFORMED;
	cursor = (struct sw_cursor){
		.start = split->head,
		.at = split->head,
		.end = split->head + size,
		.length = length,
	};
	reason = sw_parse_to_addresses(&cursor, packet);
	if (reason == SW_GO_ON)
		reason = sw_parse_to_transport(sw_walk_behind, ctx, &cursor, packet);
	return reason == SW_GO_ON ? sw_parse_split_tcp(ctx, split, &cursor, packet) : reason;
}

static __always_inline int sw_parse_linear(struct xdp_md *ctx, struct sw_cursor *cursor,
					   struct sw_packet *packet)
{
	int reason = sw_parse_to_addresses(cursor, packet);

	return reason == SW_GO_ON ? sw_parse_to_end(sw_walk, ctx, cursor, packet) : reason;
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
