/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the datapath and the user side agree on. Everything here is pinned or
 * crosses the kernel boundary: sizes are fixed, padding is explicit, and a
 * change that is not an addition at an end raises SW_ABI_VERSION.
 *
 * Addresses are in host byte order unless a field says otherwise.
 */
#ifndef SPAMWEIR_CONTRACT_H
#define SPAMWEIR_CONTRACT_H

#include <linux/types.h>

#include "limiter.h"
#include "reasons.h"

/* The kernel's own headers make this a plain `inline`, and the BPF compiler a
 * call of every inline function that it finds large. */
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))

#define SW_ABI_MAGIC 0x5350574549520000ULL /* "SPWEIR" */
#define SW_ABI_VERSION 2

enum sw_role {
	SW_ACCESS,   /* the subscribers are behind the NIC */
	SW_UPSTREAM, /* the Internet is */
	SW_ROLES,
};

enum sw_family {
	SW_NO_FAMILY,
	SW_IPV4,
	SW_IPV6,
	SW_FAMILIES,
};

enum sw_fragment {
	SW_WHOLE,
	SW_FIRST,
	SW_LATER,
};

/* What a feed's entries are. */
enum sw_kind {
	SW_KIND_NONE,
	SW_KIND_CNC,
	SW_KIND_ZOMBIE,
	SW_KIND_ALLOW,
	SW_KIND_OWN, /* never compiled: it guards what the others may list */
	SW_KINDS,
};

/* Why an address is a live zombie. */
enum sw_origin {
	SW_ORIGIN_OPERATOR,
	SW_ORIGINS,
};

#define SW_NAME_LEN 32	    /* with its NUL */
#define SW_MAX_FEEDS 256    /* slot 0 means "no feed" */
#define SW_MAX_INTERFACES 64
#define SW_MAX_PORTS 8

/* Capacity of a generation's tables beyond their fixed part: set when the
 * programs are loaded, for a program can only index what the verifier knows
 * the size of. */
struct sw_layout {
	__u32 nets; /* IPv4 /24s that need a place of their own */
	__u32 leaves;
	__u32 dirs; /* buckets of one set's directory */
	__u32 bounds;
};

/* The scalar part of a generation. */
struct sw_settings {
	__u64 generation;
	__u64 published_s; /* Unix time */
	__u64 port_bits;   /* sw_port_bit() of each port */
	__u32 monitor;	   /* decide and count, but drop nothing */
	__u32 ports;
	__u16 port[SW_MAX_PORTS];
	__u64 source_mask_hi; /* IPv6 sources are limited and listed by prefix */
	__u64 source_mask_lo;
	struct sw_rate rate[SW_ROLES];
	__u64 horizon; /* ticks; of all rates, for they share the limiter's buckets */
	__u8 kind[SW_MAX_FEEDS]; /* enum sw_kind, by feed slot */
	/* For people: what was compiled. By feed slot, then in all. */
	__u32 entries[SW_MAX_FEEDS];
	struct sw_layout used;
	struct sw_layout layout; /* what there is room for: of the tables behind this */
};

/* Each bit stands for 1024 ports: most packets' need not be compared with all. */
static inline __u64 sw_port_bit(__u16 port)
{
	return 1ULL << (port & 63);
}

static inline int sw_maybe_smtp_port(const struct sw_settings *settings, __u16 port)
{
	return settings->port_bits >> (port & 63) & 1;
}

struct sw_counter {
	__u64 packets;
	__u64 bytes; /* of the frame */
};

/*
 * What became of a packet, in one word: its low six bits are the counter's
 * place in a row of cells.
 */
#define SW_DECISION(reason, family, feed) ((reason) | (family) << 4 | (feed) << 8)
#define SW_DECISION_CELL 0x3f

static inline enum sw_reason sw_decision_reason(__u32 decision)
{
	return decision & 0xf;
}

static inline enum sw_family sw_decision_family(__u32 decision)
{
	return decision >> 4 & 3;
}

static inline __u8 sw_decision_feed(__u32 decision)
{
	return decision >> 8;
}

/* Of one interface and one CPU. [1] counts under "would_drop". */
struct sw_counters {
	struct sw_counter cell[2][4][16]; /* enum sw_family, enum sw_reason */
};

/* A live zombie: an IPv4 address as ::ffff:a.b.c.d, or an IPv6 prefix of the
 * configured length with the other bits 0. Network byte order. */
struct sw_live_key {
	__u8 address[16];
};

struct sw_live {
	__u64 since_ns; /* CLOCK_BOOTTIME */
	__u64 until_ns; /* judged by the datapath; all ones: no end */
	__u8 origin;	/* enum sw_origin */
	__u8 length;	/* of the prefix that the key is; 128 for IPv4 too */
	__u8 pad[2];
	char why[44]; /* with its NUL */
};

#define SW_LIVE_MAX (1 << 20)
#define SW_LIVE_FOREVER (~0ULL)

/* A set bit: some live zombie's key has this hash. It spares all others the
 * hash map. Bits are set before an entry goes in, and cleared by rebuilding. */
#define SW_GATE_BITS 23

struct sw_gate {
	__u64 word[(1 << SW_GATE_BITS) / 64];
};

static inline __u32 sw_gate_bit(__u64 hi, __u64 lo)
{
	__u64 h = (hi ^ lo * 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;

	return h >> (64 - SW_GATE_BITS);
}

struct sw_event {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u32 length;  /* of the frame */
	__u8 interface;
	__u8 role;
	__u8 family;
	__u8 protocol;
	__u8 reason;
	__u8 verdict;
	__u8 feed;
	__u8 fragment;
	__u16 sport; /* 0: none was read */
	__u16 dport;
	__u8 src[16]; /* network byte order, IPv4 in the first four bytes */
	__u8 dst[16];
};

#define SW_EVENT_RING_BYTES (1 << 20)
#define SW_EVENTS_PER_WINDOW 256 /* and CPU; a window is 64 jiffies */

struct sw_event_budget {
	__u64 window;
	__u64 spent;
	__u64 lost; /* over the budget, or the ring was full */
};

/* Registries kept by the user side, so that slots and with them counters keep
 * their meaning over reload, restart and upgrade. */
struct sw_feed_slot {
	char name[SW_NAME_LEN];
	__u64 errors;	  /* publishes that this feed made fail */
	__u64 loaded_s;	  /* Unix time of the last good read */
	__u64 modified_s; /* of the file, as of then; 0: inline entries only */
	__u64 bad_lines;  /* of the last good read */
	__u64 refused;	  /* entries too wide, or within own space */
	__u8 kind;
	__u8 active; /* in the running generation */
	__u8 pad[6];
};

struct sw_interface_slot {
	char name[SW_NAME_LEN];
	__u32 ifindex;
	__u8 role;
	__u8 used;
	__u8 attached;
	__u8 generic; /* attached in generic, not native, mode */
};

/* Read before anything else in the pin directory is trusted. */
struct sw_abi {
	__u64 magic;
	__u32 version;
	__u32 loading; /* a load began and has not ended: programs may be mixed */
	struct sw_seed seed;
	__u64 generation; /* the last one published */
	__u64 netns;	  /* inode of the network namespace whose NICs these are */
	__u64 pad[5];
};

_Static_assert(sizeof(struct sw_counters) == 2048, "layout is pinned");
_Static_assert(SW_REASON_COUNT <= 16, "a counter row holds 16 reasons");
_Static_assert(sizeof(struct sw_live) == 64, "layout is pinned");
_Static_assert(sizeof(struct sw_event) == 56, "layout is pinned");
_Static_assert(sizeof(struct sw_feed_slot) == 80, "layout is pinned");
_Static_assert(sizeof(struct sw_interface_slot) == 40, "layout is pinned");
_Static_assert(sizeof(struct sw_abi) == 120, "layout is pinned");

#endif
