// SPDX-License-Identifier: GPL-2.0
/*
 * Limits: what a filter of this kind costs at the least. It parses as
 * spamweir does, counts as it does, and reads memory as often where that is not
 * cached: two independent bits for a clean packet, one more for SMTP, one line
 * behind a bit that is set (two for IPv6: a directory and what it points to), and
 * the limiter's line for a new connection. What lists an address is read, but
 * holds nothing: whether it lists is told once for all packets.
 *
 * bench_limit_noted also notes whom it drops, and who opens connections and by which
 * SYNs, as whoever does so exactly must (notes.h).
 *
 * bench_limit_read does as the first, and waits for one line of that table of notes: for
 * where it looks next depends on what it has read. That is what one read more costs which
 * nothing else overlaps, in a table of the ledger's size.
 *
 * Tables are as large as those of a million prefixes.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "near.h"
#include "notes.h"

#define SMTP 25
#define PPP_IP 0x21
#define FRAGMENT 0x3fff /* more to come, or an offset */
#define LINE_BITS 18
#define DIRECTORY_BITS 13

/* What it does beside. */
enum beside {
	NOTHING,
	NOTES,
	READ,
};

#define unlikely(x) __builtin_expect(!!(x), 0)

struct cell {
	__u64 packets;
	__u64 bytes;
};

/* C&C, and zombies: filled before loading. */
__u64 near4[2][(1 << BENCH_NEAR4_BITS) / 64];
__u64 near6[2][(1 << BENCH_NEAR6_BITS) / 64];

/* Of a line's first word, if it lists what is looked for; all are zero, which the
 * compiler cannot know. */
__u64 listing;
struct bench_line lines[1 << LINE_BITS];
struct bench_line directory[1 << DIRECTORY_BITS];
struct bench_line limiter[1 << LINE_BITS];
struct bench_notes ledger[1 << BENCH_NOTES_BITS];
struct bench_notes conduct[1 << BENCH_NOTES_BITS];
struct bench_line again[1 << BENCH_AGAIN_BITS];

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cell[2][2]); /* of a family, passed and dropped */
} counters SEC(".maps");

static __always_inline __u64 is_near4(int set, __u32 address)
{
	__u32 bit = bench_near4_bit(address);

	return near4[set][bit / 64] >> (bit % 64);
}

static __always_inline __u64 is_near6(int set, __u64 address)
{
	__u32 bit = bench_near6_bit(address >> 32);

	return near6[set][bit / 64] >> (bit % 64);
}

static __always_inline int is_listed4(__u32 address)
{
	return lines[bench_hash32(address >> 8) >> (32 - LINE_BITS)].word[0] == listing;
}

/* `address`: its upper half. What is read first is part of where is read next,
 * which is one line a /48: most of what is listed is that or longer. */
static __always_inline int is_listed6(__u64 address)
{
	__u32 at = bench_hash32(address >> 32) >> (32 - DIRECTORY_BITS);
	__u32 next = bench_hash32(address >> 16 ^ address >> 32 ^ directory[at].word[0]);

	return lines[next >> (32 - LINE_BITS)].word[0] == listing;
}

static __always_inline int is_new(const struct tcphdr *tcp)
{
	return tcp->syn && !tcp->ack;
}

/* A line is changed, as CPUs that race must. */
static __always_inline void change(struct bench_line *line)
{
	__u64 *slot = &line->word[0], seen = *(volatile __u64 *)slot;

	__sync_val_compare_and_swap(slot, seen, seen + 1);
}

static __always_inline struct bench_line *bucket_of(__u32 hash)
{
	return &limiter[hash >> (32 - LINE_BITS)];
}

static __always_inline struct bench_line *again_of(__u32 hash)
{
	return &again[hash >> (32 - BENCH_AGAIN_BITS)];
}

static __always_inline struct bench_notes *place_in(struct bench_notes *table, __u32 hash)
{
	return &table[hash >> (32 - BENCH_NOTES_BITS)];
}

/* Of a packet, if it is noted: both addresses, or halves of them, and their hashes. */
struct whom {
	enum beside beside;
	__u64 src, dst;
	__u32 hash, both;
};

/* Begins to load what a drop will ask for. */
static __always_inline void expect_drop(const struct whom *whom)
{
	if (whom->beside == NOTES)
		bench_notes_preload(place_in(ledger, whom->hash));
}

/* Of where something is looked for, or 0: nothing is found there. */
static __always_inline __u64 read_first(const struct whom *whom)
{
	if (whom->beside != READ)
		return 0;
	return *(const volatile __u64 *)&place_in(ledger, whom->hash)->turn;
}

static __always_inline int drop(const struct whom *whom)
{
	if (whom->beside == NOTES)
		bench_notes_write(place_in(ledger, whom->hash), whom->hash, whom->src, whom->dst);
	return XDP_DROP;
}

/* Takes a token. What it waits for comes all at once. */
static __always_inline void open_connection(const struct whom *whom)
{
	if (whom->beside == NOTES) {
		(void)*(volatile __u64 *)again_of(whom->both)->word;
		(void)*(volatile __u64 *)bucket_of(whom->hash)->word;
		bench_notes_preload(place_in(conduct, whom->hash));
		change(again_of(whom->both));
	}
	change(bucket_of(whom->hash));
	if (whom->beside == NOTES)
		bench_notes_write(place_in(conduct, whom->hash), whom->hash, whom->src, whom->dst);
}

static __always_inline int judge4(const struct iphdr *ip, const void *end, const enum beside beside)
{
	__u32 src = bpf_ntohl(ip->saddr), dst = bpf_ntohl(ip->daddr);
	const struct whom whom = { beside, src, dst, bench_hash32(src), bench_hash32(src ^ ~dst) };
	const struct tcphdr *tcp = (const void *)(ip + 1);
	__u32 total = bpf_ntohs(ip->tot_len), header = tcp->doff * 4, read;

	if (unlikely((is_near4(0, src) | is_near4(0, dst)) & 1)) {
		expect_drop(&whom);
		read = read_first(&whom);
		src ^= read;
		dst ^= read;
		if (is_near4(0, src) & 1 && is_listed4(src))
			return drop(&whom);
		if (is_near4(0, dst) & 1 && is_listed4(dst))
			return drop(&whom);
	}
	if (total < sizeof(*ip) + header || (const void *)ip + total > end ||
	    ip->protocol != IPPROTO_TCP || header < sizeof(*tcp) || tcp->dest != bpf_htons(SMTP))
		return XDP_PASS;
	if (is_near4(1, src) & 1) {
		expect_drop(&whom);
		if (is_listed4(src))
			return drop(&whom);
	}
	if (is_new(tcp))
		open_connection(&whom);
	return XDP_PASS;
}

static __always_inline __u64 upper_half(const struct in6_addr *address)
{
	return (__u64)bpf_ntohl(address->in6_u.u6_addr32[0]) << 32 |
	       bpf_ntohl(address->in6_u.u6_addr32[1]);
}

static __always_inline int judge6(const struct ipv6hdr *ip, const void *end,
				  const enum beside beside)
{
	__u64 src = upper_half(&ip->saddr), dst = upper_half(&ip->daddr);
	const struct whom whom = { beside, src, dst, bench_hash32(src ^ src >> 32),
				   bench_hash32(src ^ src >> 32 ^ dst) };
	const struct tcphdr *tcp = (const void *)(ip + 1);
	__u32 payload = bpf_ntohs(ip->payload_len), header = tcp->doff * 4;

	if (unlikely((is_near6(0, src) | is_near6(0, dst)) & 1)) {
		expect_drop(&whom);
		if (is_near6(0, src) & 1 && is_listed6(src))
			return drop(&whom);
		if (is_near6(0, dst) & 1 && is_listed6(dst))
			return drop(&whom);
	}
	if (payload < header || (const void *)tcp + payload > end || ip->nexthdr != IPPROTO_TCP ||
	    header < sizeof(*tcp) || tcp->dest != bpf_htons(SMTP))
		return XDP_PASS;
	if (is_near6(1, src) & 1) {
		expect_drop(&whom);
		if (is_listed6(src))
			return drop(&whom);
	}
	if (is_new(tcp))
		open_connection(&whom);
	return XDP_PASS;
}

static __always_inline int count(int ipv6, int verdict, __u64 length)
{
	struct cell(*cells)[2][2];
	struct cell *cell;
	__u32 zero = 0;

	cells = bpf_map_lookup_elem(&counters, &zero);
	if (!cells)
		return verdict;
	cell = &(*cells)[ipv6][verdict == XDP_DROP];
	cell->packets++;
	cell->bytes += length;
	return verdict;
}

static __always_inline int judge(__u16 type, const void *at, const void *end, __u64 length,
				 const enum beside beside)
{
	const struct ipv6hdr *ip6 = at;
	const struct iphdr *ip = at;

	if (type == bpf_htons(ETH_P_IP)) {
		if ((const void *)(ip + 1) + sizeof(struct tcphdr) > end ||
		    *(const __u8 *)ip != 0x45 || ip->frag_off & bpf_htons(FRAGMENT))
			return XDP_PASS;
		return count(0, judge4(ip, end, beside), length);
	}
	if ((const void *)(ip6 + 1) + sizeof(struct tcphdr) > end || ip6->version != 6)
		return XDP_PASS;
	return count(1, judge6(ip6, end, beside), length);
}

struct vlan {
	__u16 tag;
	__u16 type;
};

struct pppoe {
	__u8 version, code;
	__u16 session, length, protocol;
};

static __always_inline int is_ip(__u16 type)
{
	return type == bpf_htons(ETH_P_IP) || type == bpf_htons(ETH_P_IPV6);
}

/* Behind two VLAN tags and PPPoE at most. */
static __always_inline int judge_wrapped(__u16 type, const void *at, const void *end, __u64 length,
					 const enum beside beside)
{
	const struct pppoe *pppoe;
	const struct vlan *vlan;
	int i;

	for (i = 0; i < 2 && (type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD));
	     i++) {
		vlan = at;
		at = vlan + 1;
		if (at > end)
			return XDP_PASS;
		type = vlan->type;
	}
	if (type == bpf_htons(ETH_P_PPP_SES)) {
		pppoe = at;
		at = pppoe + 1;
		if (at > end)
			return XDP_PASS;
		type = pppoe->protocol == bpf_htons(PPP_IP) ? bpf_htons(ETH_P_IP)
							    : bpf_htons(ETH_P_IPV6);
	}
	return is_ip(type) ? judge(type, at, end, length, beside) : XDP_PASS;
}

static __always_inline int judge_frame(struct xdp_md *ctx, const enum beside beside)
{
	const void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;
	__u64 length = end - data;

	if ((const void *)(eth + 1) > end)
		return XDP_PASS;
	if (is_ip(eth->h_proto))
		return judge(eth->h_proto, eth + 1, end, length, beside);
	return judge_wrapped(eth->h_proto, eth + 1, end, length, beside);
}

SEC("xdp.frags")
int bench_limit(struct xdp_md *ctx)
{
	return judge_frame(ctx, NOTHING);
}

SEC("xdp.frags")
int bench_limit_noted(struct xdp_md *ctx)
{
	return judge_frame(ctx, NOTES);
}

SEC("xdp.frags")
int bench_limit_read(struct xdp_md *ctx)
{
	return judge_frame(ctx, READ);
}

char LICENSE[] SEC("license") = "GPL";
