// SPDX-License-Identifier: GPL-2.0
/*
 * BPF_PROG_TEST_RUN repeats one frame. This program, run in front of the one
 * that is measured, gives the frame other addresses each time, from a stream
 * prepared in a map, and goes on to the measured program by a tail call. The
 * baseline takes the same way to a program that only passes.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#include "keys.h"

const volatile __u32 mask;   /* of the position in the stream */
const volatile __u32 offset; /* of the source address in the frame */
const volatile __u32 ipv6;

/* Of a program that writes in IPv4 packets: what stood there comes back. */
const volatile __u32 renews;
const volatile __u16 length, flags; /* of IP and, with the data offset, of TCP */
__u32 position;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bench_stream));
} stream SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} next SEC(".maps");

static inline __attribute__((always_inline)) int readdress(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct bench_stream *keys;
	__u32 zero = 0, at;

	keys = bpf_map_lookup_elem(&stream, &zero);
	if (!keys)
		return -1;
	at = position++ & mask & (BENCH_STREAM - 1);
	data += offset;
	if (ipv6) {
		if (data + 32 > end)
			return -1;
		((__u64 *)data)[0] = keys->key6[at].src[0];
		((__u64 *)data)[1] = keys->key6[at].src[1];
		((__u64 *)data)[2] = keys->key6[at].dst[0];
		((__u64 *)data)[3] = keys->key6[at].dst[1];
		return 0;
	}
	if (data + 8 > end)
		return -1;
	((__u32 *)data)[0] = keys->key4[at].src;
	((__u32 *)data)[1] = keys->key4[at].dst;
	if (!renews)
		return 0;
	if (data + 22 > end)
		return -1;
	*(__u16 *)(data - 10) = length;
	*(__u16 *)(data + 20) = flags;
	return 0;
}

SEC("xdp.frags")
int bench_stream(struct xdp_md *ctx)
{
	if (!readdress(ctx))
		bpf_tail_call(ctx, &next, 0);
	return XDP_ABORTED;
}

char LICENSE[] SEC("license") = "GPL";
