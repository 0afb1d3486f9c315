// SPDX-License-Identifier: GPL-2.0
/*
 * The generator's frames, and what a benchmark needs at their other end. Live
 * frames are used again and again, by then without the header they left with:
 * a router has changed it. So all of it is written anew each time.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "frame.h"
#include "keys.h"

#define STAMP_EVERY 256 /* frames */

const volatile __u32 out; /* ifindex */
const volatile struct bench_frame frame;

__u64 sent;
__u64 first_ns;
__u64 last_ns;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bench_key4[BENCH_STREAM]));
} keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u64));
} arrived SEC(".maps");

static inline __attribute__((always_inline)) __u16 checksum(const struct bench_key4 *key)
{
	__u64 sum = frame.checksum;

	sum += key->src;
	sum += key->dst;
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static inline __attribute__((always_inline)) void stamp(void)
{
	last_ns = bpf_ktime_get_ns();
	if (!first_ns)
		first_ns = last_ns;
}

SEC("xdp")
int bench_generate(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct bench_frame *f = data;
	struct bench_key4 *key;
	__u32 zero = 0, at = sent & (BENCH_STREAM - 1);

	key = bpf_map_lookup_elem(&keys, &zero);
	if (!key || data + sizeof(*f) > end)
		return XDP_ABORTED;
	if (!(sent % STAMP_EVERY))
		stamp();
	sent++;
	key += at;
	*f = frame;
	f->src = key->src;
	f->dst = key->dst;
	f->checksum = checksum(key);
	f->sport = bpf_htons(BENCH_SPORT + at % 2);
	return bpf_redirect(out, 0);
}

/* Where nothing is filtered, and where clean frames end: those of even and of
 * odd places in the stream are counted apart. */
SEC("xdp")
int bench_sink(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct bench_frame *f = data;
	__u32 odd;
	__u64 *n;

	if (data + sizeof(*f) > end || f->protocol != BENCH_UDP)
		return XDP_DROP;
	odd = bpf_ntohs(f->sport) - BENCH_SPORT;
	n = bpf_map_lookup_elem(&arrived, &odd);
	if (n)
		++*n;
	return XDP_DROP;
}

SEC("xdp")
int bench_drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("xdp")
int bench_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
