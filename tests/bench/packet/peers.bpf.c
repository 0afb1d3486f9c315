// SPDX-License-Identifier: GPL-2.0
/*
 * What spamweir is measured against: a program that only passes, one that only
 * parses, and the C&C part of the policy as most would write it, on the kernel's
 * own longest-prefix-match tries.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct key4 {
	__u32 length;
	__u32 address;
};

struct key6 {
	__u32 length;
	struct in6_addr address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 21);
	__type(key, struct key4);
	__type(value, __u32);
} trie4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 20);
	__type(key, struct key6);
	__type(value, __u32);
} trie6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

/* What was found in a frame; family 0: nothing. */
struct found {
	__u32 family;
	__u32 smtp;
	struct key4 src4, dst4;
	struct key6 src6, dst6;
};

static __always_inline struct found parse(struct xdp_md *ctx)
{
	const void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;
	const struct iphdr *ip = data + sizeof(*eth);
	const struct ipv6hdr *ip6 = data + sizeof(*eth);
	struct found found = {};
	const struct tcphdr *tcp;

	if ((void *)(eth + 1) > end)
		return found;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		tcp = (void *)(ip + 1);
		if ((void *)(tcp + 1) > end || ip->protocol != IPPROTO_TCP || ip->ihl != 5)
			return found;
		found.family = 4;
		found.src4 = (struct key4){ 32, ip->saddr };
		found.dst4 = (struct key4){ 32, ip->daddr };
	} else if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		tcp = (void *)(ip6 + 1);
		if ((void *)(tcp + 1) > end || ip6->nexthdr != IPPROTO_TCP)
			return found;
		found.family = 6;
		found.src6 = (struct key6){ 128, ip6->saddr };
		found.dst6 = (struct key6){ 128, ip6->daddr };
	} else {
		return found;
	}
	found.smtp = tcp->dest == bpf_htons(25);
	return found;
}

static __always_inline void count(__u32 cell)
{
	__u64 *cells = bpf_map_lookup_elem(&seen, &cell);

	if (cells)
		++*cells;
}

SEC("xdp.frags")
int bench_pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp.frags")
int bench_parse(struct xdp_md *ctx)
{
	struct found found = parse(ctx);

	count(found.smtp & 1);
	return XDP_PASS;
}

SEC("xdp.frags")
int bench_lpm(struct xdp_md *ctx)
{
	struct found found = parse(ctx);
	int listed = 0;

	if (found.family == 4)
		listed = bpf_map_lookup_elem(&trie4, &found.src4) ||
			 bpf_map_lookup_elem(&trie4, &found.dst4);
	else if (found.family == 6)
		listed = bpf_map_lookup_elem(&trie6, &found.src6) ||
			 bpf_map_lookup_elem(&trie6, &found.dst6);
	count(found.smtp & 1);
	return listed ? XDP_DROP : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
