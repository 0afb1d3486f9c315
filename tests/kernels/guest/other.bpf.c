// SPDX-License-Identifier: GPL-2.0
/* Somebody else's XDP program: it drops IPv4 packets with a TTL of 77. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define TTL_OFFSET (14 + 8)

SEC("xdp.frags")
int other(struct xdp_md *ctx)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const void *end = (void *)(long)ctx->data_end;

	if (frame + TTL_OFFSET + 1 > (const __u8 *)end)
		return XDP_PASS;
	return frame[12] == 0x08 && frame[13] == 0 && frame[TTL_OFFSET] == 77 ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
