/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 extension headers: the one walk of unknown length. */
#ifndef SPAMWEIR_CHAIN_H
#define SPAMWEIR_CHAIN_H

#include <linux/bpf.h>

#include "parse.h"

/* A function of its own to the verifier, which would otherwise prove the walk
 * again for every way that leads to it. */
__attribute__((noinline)) int sw_walk_chain(struct xdp_md *ctx, struct sw_chain *chain)
{
	if (!chain)
		return SW_EXT_HEADER_LIMIT;
	return sw_parse_chain((const void *)(long)ctx->data, (const void *)(long)ctx->data_end,
			      chain);
}

static __always_inline int sw_follow_chain(struct xdp_md *ctx, struct sw_cursor *cursor,
					   struct sw_packet *packet)
{
	struct sw_chain chain = {
		.offset = cursor->at - cursor->start,
		.left = cursor->left,
		.protocol = packet->protocol,
	};
	int reason = sw_walk_chain(ctx, &chain);

	packet->protocol = chain.protocol; /* of a tiny fragment too */
	packet->fragment = chain.fragment;
	if (reason != SW_GO_ON)
		return reason;
	/* Kernels before 6.5 cannot follow a value back through a call, and then
	 * take every value for decisive. Read again, the addresses do not come
	 * from before it. */
	cursor->at -= sizeof(struct ipv6hdr);
	if (sw_parse_addresses6(cursor, packet) != SW_GO_ON)
		return SW_MALFORMED;
	cursor->at = cursor->start + (chain.offset & SW_CHAIN_OFFSETS);
	cursor->left = chain.left;
	return SW_GO_ON;
}

#endif
