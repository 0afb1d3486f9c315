/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state, all of it. Every map but .rodata, .data.offline, .data.habit,
 * split_frame, brake and listing_now is pinned by the user side and outlives programs and daemons; maps/list.h has their list.
 */
#ifndef SPAMWEIR_MAPS_H
#define SPAMWEIR_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "contract.h"
#include "maps/list.h"
#include "maps/split.h"
#include "parse.h"
#include "vlan_roles.h"

/* Set before loading, constants to the verifier. One set a NIC. */
const volatile struct sw_layout layout;
const volatile struct sw_seed seed;
const volatile __u32 interface;
const volatile __u8 has_vlans;
const volatile __u8 vlan_roles[SW_VLAN_BYTES]; /* see vlan_roles.h */
const volatile __u8 has_tunnels;	       /* they are looked for: */
const volatile __u32 opened_tunnels;	       /* a bit for each kind */
const volatile __u32 again_window; /* SW_AGAIN_SECONDS in units of sw_clock_again(); 0: off */

/* Replay and the packet tests: time is `offline_clock_ns`, and the outcome is
 * left below instead of in the event ring. */
const volatile __u8 offline;
__u64 offline_clock_ns SEC(".data.offline");
__u32 offline_reason SEC(".data.offline");
__u32 offline_feed SEC(".data.offline");

/* By CPU, a line each: whether the last packet near a listed address was dropped. A program's
 * own. See habit.h. */
#define SW_HABITS 64

__u64 habit[SW_HABITS][8] SEC(".data.habit");

/* All of .bss, which makes .bss the map of that name: what stands in a section
 * is addressed without a lookup. */
struct sw_gate gate;

/* The running generation: one pointer, swapped whole. The element's size is
 * set from `layout` before loading. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_ARRAY);
			__uint(map_flags, BPF_F_MMAPABLE);
			__uint(max_entries, 1);
			__uint(key_size, sizeof(__u32));
			__uint(value_size, sizeof(struct sw_policy));
		});
} policy SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_limiter));
} limiter SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SW_LIVE_MAX);
	__uint(key_size, sizeof(struct sw_live_key));
	__uint(value_size, sizeof(struct sw_live));
} live SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SW_MAX_INTERFACES);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_counters));
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SW_MAX_FEEDS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_counter));
} feed_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, SW_EVENT_RING_BYTES);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_event_budget));
} event_budget SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_ledger));
} ledger SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_split));
} split_frame SEC(".maps");

struct sw_tcp_header {
	struct sw_tcp start;
	__u16 checksum; /* as it stands in memory */
	__be16 urgent;
};

/* Where the addresses stand in words of 16 bits: in a row with the TCP header. */
#define SW_BRAKE_ADDRESSES4 6
#define SW_BRAKE_ADDRESSES6 4

/* A segment that may be a bounce, between its judgement and the look into its payload:
 * both are of one generation. And what is read and written of it. */
struct sw_brake {
	__u64 home; /* of the destination's bucket: sw_home_word() */
	__u64 interval;
	__u64 tolerance;
	__u64 horizon;
	__u32 decision; /* if it is a bounce over the rate */
	__u32 tried;	/* what another feed on trial has decided; 0: none has */
	__u8 on_trial;	/* the feed that brakes is; the first such decides */
	__u8 role;
	__u8 reset; /* it goes on as a reset, else as an acknowledgement */
	__u8 pad[5];
	__u8 text[16]; /* the payload begins so */
	union {
		struct {
			struct iphdr ip;
			struct sw_tcp_header tcp;
		} v4;
		struct {
			struct ipv6hdr ip;
			struct sw_tcp_header tcp;
		} v6;
		__u16 words[30];
	};
} __attribute__((aligned(8)));

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_brake));
} brake SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_again));
} again SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SW_MAX_INTERFACES);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_attempts));
} attempts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_conduct));
} conduct SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SW_MAX_INTERFACES);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_tunnelled));
} tunnelled SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SW_TALLIES);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_tally_row));
} tally SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_busy));
} busy SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_detected));
} detected SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_capture));
} capture SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, SW_CAPTURE_CPUS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} captured SEC(".maps");

/* A program's own, and not pinned. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_listing_now));
} listing_now SEC(".maps");

/* The user side's own; no program reads them. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SW_MAX_FEEDS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_feed_slot));
} feeds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SW_MAX_INTERFACES);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_interface_slot));
} interfaces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SW_HEALTH_MAX);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u64));
} health SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct sw_abi));
} abi SEC(".maps");

/* The list names what is here: a pinned map has an object to be found by. */
#define SW_MAP_IS_HERE(name, object) _Static_assert(sizeof(name) > 0, object);
SW_PINNED_MAPS(SW_MAP_IS_HERE)
#undef SW_MAP_IS_HERE

/* Where the only element of a map is. In the object that is the map itself: when it is
 * loaded, user/kernel/values.c makes it the address of the element. Left alone, the compiler
 * would know of what size a map's definition is. */
#ifdef __bpf__
static __always_inline void *sw_value_of(void *map)
{
	__asm__("" : "+r"(map));
	return map;
}
#else
void *sw_value_of(void *map); /* the fuzzers' */
#endif

/* An address in such an element. Left alone, the compiler makes it anew from its parts wherever
 * something near it is asked for. */
static __always_inline void *sw_kept_address(void *at)
{
	__asm__("" : "+r"(at));
	return at;
}

/* The verifier turns these lookups into a few loads: no call is made. */
static __always_inline const struct sw_policy *sw_running_policy(void)
{
	__u32 zero = 0;
	void *generation = bpf_map_lookup_elem(&policy, &zero);

	return generation ? bpf_map_lookup_elem(generation, &zero) : NULL;
}

/* Copies, for a cast that drops `volatile` would let the compiler take the
 * constants for the zeroes they are before loading. */
static __always_inline struct sw_layout sw_layout_now(void)
{
	return (struct sw_layout){
		.nets = layout.nets,
		.leaves = layout.leaves,
		.dirs = layout.dirs,
		.bounds = layout.bounds,
	};
}

static __always_inline struct sw_seed sw_seed_now(void)
{
	return (struct sw_seed){
		.mul = { seed.mul[0], seed.mul[1] },
		.xor = { seed.xor [0], seed.xor [1] },
		.key = { seed.key[0], seed.key[1], seed.key[2], seed.key[3] },
	};
}

#endif
