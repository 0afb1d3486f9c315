/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs must say of a frame, worked out the slow and obvious way:
 * a list of prefixes searched from end to end, a decoder that cuts one layer
 * after the other off a byte slice, token buckets in unbounded time.
 */
#ifndef SPAMWEIR_PROGRUN_MODEL_H
#define SPAMWEIR_PROGRUN_MODEL_H

#include "base/prefix.h"

#define SW_WORLD_FEEDS 32
#define SW_WORLD_ENTRIES 1024
#define SW_WORLD_LIVES 64
#define SW_MODEL_BUCKETS 8192

/* The VLANs that have a role of their own, unless the model has no_vlans. */
enum {
	SW_VID_ACCESS = 601,
	SW_VID_UPSTREAM,
	SW_VID_NONE,
};

struct sw_world_rate {
	__u64 interval_us; /* 0: no limit */
	__u64 burst;
};

struct sw_world_feed {
	enum sw_kind kind;
	__u8 slot;
	bool monitor;
	enum sw_to to;		   /* of an allow feed */
	struct sw_world_rate rate; /* of a limit feed */
	bool closed;		   /* of one that lets none through */
	/* Of a protect feed: */
	bool unlimited;		      /* it has no `rate` */
	bool brakes;		      /* bounces; then it takes: */
	bool no_bounces;	      /* none at all, or */
	struct sw_world_rate bounces; /* so many */
};

struct sw_world_entry {
	__u8 feed; /* its rank */
	struct sw_prefix prefix;
};

struct sw_world_live {
	__u8 family;
	sw_u128 address;
	__u64 until_ns;
	bool slowed; /* he is a suspect whose connections are fewer, and no zombie */
};

/* All that decides about a packet besides the packet. */
struct sw_world {
	struct sw_world_feed feed[SW_WORLD_FEEDS];
	size_t feeds;
	struct sw_world_entry entry[SW_WORLD_ENTRIES];
	size_t entries;
	struct sw_world_live live[SW_WORLD_LIVES];
	size_t lives;
	__u16 port[SW_MAX_PORTS];
	size_t ports;
	__u8 source_prefix; /* IPv6 */
	struct sw_prefix nat64[SW_MAX_NAT64];
	size_t nat64s;
	struct sw_world_rate rate[SW_ROLES];
	struct sw_world_rate slow; /* of suspects that are slowed */
	__u64 slack_us;		   /* how far the clock may step back */
	bool monitor;
	bool monitor_nic; /* that of the test, */
	__u64 others;	  /* and others: by slot */
};

/* No feeds, port 25, /64, no limit, enforcing; the slack that replay has. */
void sw_world_init(struct sw_world *world);
__u8 sw_world_feed(struct sw_world *world, enum sw_kind kind, __u8 slot);
void sw_world_list(struct sw_world *world, __u8 feed, const struct sw_prefix *prefix);
void sw_world_list_address(struct sw_world *world, __u8 feed, __u8 family, sw_u128 address);
void sw_world_live(struct sw_world *world, __u8 family, sw_u128 address, __u64 until_ns);

void sw_world_slow(struct sw_world *world, __u8 family, sw_u128 address, __u64 until_ns);

/* Whether an address of IPv6 carries one of IPv4, and which. */
bool sw_world_carries(const struct sw_world *world, sw_u128 address, __u32 *carried);

/* Clears the bits behind `length`. */
sw_u128 sw_mask(sw_u128 address, unsigned bits, unsigned length);

#define SW_MODEL_BOUNCES (2 * SW_ROLES + 1)

struct sw_model_bucket {
	/* enum sw_role; SW_ROLES: of a destination; above: of a class on trial, and then of
	 * bounces to a destination */
	int role;
	__u8 family;
	sw_u128 source;
	__u64 tat_us;
};

/* A SYN that came to the limit; or a bounce over it. */
struct sw_model_syn {
	bool bounce;
	enum sw_role role;
	__u8 family;
	sw_u128 src;
	sw_u128 dst;
	__u8 begin[8]; /* of its TCP header: ports and sequence number */
	__u64 time_ms;
	bool limited; /* a bounce: it went on as a reset */
};

#define SW_MODEL_SYNS (1 << 17)

struct sw_model {
	const struct sw_world *world;
	/* Of the packet at hand: what the first feed on trial would have cut it for; 0: none. */
	__u8 tried;
	enum sw_reason tried_for;
	bool forgetful; /* what is sent again is another connection */
	bool no_vlans;	/* has a role of its own */
	bool tunnels;	/* are looked for: */
	__u32 opened_tunnels;
	struct sw_model_syn syn[SW_MODEL_SYNS];
	size_t syns;
	struct sw_model_bucket bucket[SW_MODEL_BUCKETS];
	size_t buckets;
};

struct sw_model_end {
	__u8 family;
	sw_u128 address;
};

struct sw_judgement {
	enum sw_reason reason;
	enum sw_verdict verdict;
	int role; /* enum sw_role: the VLAN's, where it has one */
	__u8 family;
	__u8 feed;   /* slot of the one that decided; 0: none did */
	bool reset;  /* of SW_REPLY: it is a reset that goes on, else an acknowledgement */
	bool inside; /* what is in a tunnel decided */
	enum sw_tunnel tunnel; /* counted, for it stays closed */
	/* Whom the ledger knows by it, if it does not pass, and with whom he dealt: */
	bool remote;
	struct sw_model_end subject;
	struct sw_model_end peer;
};

void sw_model_init(struct sw_model *model, const struct sw_world *world);

/* Time only ever goes forward between calls that take tokens. */
struct sw_judgement sw_model_judge(struct sw_model *model, enum sw_role role, const __u8 *data,
				   size_t size, __u64 now_ns);

#endif
