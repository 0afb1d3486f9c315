/* SPDX-License-Identifier: GPL-2.0 */
/* A frame, parsed: all of it in functions of their own to the verifier, which
 * proves each once, and not again for every way that leads to it. */
#ifndef SPAMWEIR_FRAME_H
#define SPAMWEIR_FRAME_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

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

/* `packet` is zeroed, and has no family if the addresses could not be read.
 * Tells SW_GO_ON or the reason at which parsing ended. */
__attribute__((noinline)) int sw_parse_frame(struct xdp_md *ctx, struct sw_packet *packet)
{
	struct sw_cursor cursor = sw_cursor_at_start(ctx);
	int reason;

	if (!packet)
		return SW_MALFORMED;
	packet->length = cursor.length;
	reason = sw_parse_to_addresses(&cursor, packet);
	if (reason != SW_GO_ON)
		return reason;
	return sw_parse_to_end(sw_walk, ctx, &cursor, packet);
}

#endif
