/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One generation of policy: settings and compiled tables in one piece of
 * memory behind one pointer, so that a single swap replaces all of it.
 *
 *	struct sw_policy	settings, and per set the tables of fixed size
 *	sw_bucket4[nets / 4 + 8] shared by both sets, as all below
 *	sw_leaf4[leaves]
 *	sw_dir6[dirs]
 *	sw_bound6[bounds]
 *
 * There are two sets: C&C, asked for every packet, and mail (zombie, allow, limit and
 * protect feeds), asked for SMTP only; a million listed zombies cost other traffic
 * nothing. The compiler has resolved all overlap: a table has one number for an
 * address. In the C&C set that is the slot of the feed that lists it. In the mail set it
 * leads to a standing: what holds for the address as a source and, because that depends
 * on other feeds, as a destination. Mostly one feed says all of it, and the number is
 * its slot.
 *
 * Finding an IPv4 address takes a bit test, and for one in a listed /24 mostly
 * one cache line more:
 *
 *	touched	 bit per /24: something in it is listed
 *	bucket	 eight /24s of a set, found by hash: from which address to which
 *		 one feed lists them, or which leaf knows more. What does not fit
 *		 stands in the next bucket; one with room ends the search. Both
 *		 sets' entry for a /24 has one hash: one line answers for both
 *	leaf	 bit per address; leaf.feed lists it, unless one of the runs says
 *		 otherwise
 *	whole	 per /16: the feed that lists those touched /24s whole that stand
 *		 in no bucket
 *
 * Finding an IPv6 address takes two bit tests, and for one in a listed /32 its
 * directory way, which both sets share, and a search over a set's boundaries in
 * that /32: the sorted addresses at which the listing feed changes.
 *
 * The functions here run in the datapath and, unchanged, in the user side.
 * Addresses are in host byte order. A feed slot of 0 means "not listed".
 */
#ifndef SPAMWEIR_MAPS_POLICY_H
#define SPAMWEIR_MAPS_POLICY_H

#include "gcra.h"
#include "suspicion.h"
#include "words.h"

/* Capacity of a generation's tables beyond their fixed part: set when the
 * programs are loaded, for a program can only index what the verifier knows
 * the size of. */
struct sw_layout {
	__u32 nets; /* IPv4 /24s that need a place of their own */
	__u32 leaves;
	__u32 dirs; /* buckets of the IPv6 directory */
	__u32 bounds;
};

/* What a feed's listing an address means, beyond that it does. */
struct sw_feed_rule {
	__u8 kind;    /* enum sw_kind */
	__u8 class;   /* of the rate, for kinds that have one */
	__u8 monitor; /* decide and count, but drop nothing */
	__u8 bounces; /* class of the rate at which its addresses take bounces; 0: all of them */
};

/* What the mail set says of an address. Feeds are slots; 0: none. */
struct sw_standing {
	__u8 feed;	   /* that lists it as a source */
	__u8 kind;	   /* of that: zombie, allow or limit */
	__u8 class;	   /* if limit: of its rate */
	__u8 to_feed;	   /* the allow feed by which mail to it passes */
	__u8 to;	   /* enum sw_to */
	__u8 protect_feed; /* the protect feed that limits what it takes */
	__u8 brake_feed;   /* the protect feed that brakes bounces to it */
	__u8 carried;	   /* SW_CARRIED_*: which of these the carried IPv4 address has (embed.h) */
};

#define SW_CARRIED_PROTECT 1
#define SW_CARRIED_BRAKE 2

/* A prefix of IPv6 whose addresses carry one of IPv4: embed.h. */
struct sw_bearer {
	__u64 hi;
	__u64 hi_mask;
	__u64 lo;
	__u64 lo_mask;
	__u8 right; /* by which the upper half is shifted, */
	__u8 left;  /* then back, */
	__u8 down;  /* and the lower one */
	__u8 length;
	__u32 mask; /* what of the lower one is the address's */
};

/* Whether mail to the address passes. */
static inline int sw_lets_mail_to(const struct sw_standing *standing, __u32 role)
{
	return standing->to >= SW_TO_SAID || (standing->to == SW_TO_IMPLIED && role == SW_UPSTREAM);
}

/* The same from zombies. */
static inline int sw_lets_zombies_to(const struct sw_standing *standing, __u32 role)
{
	return standing->to == SW_TO_ZOMBIES ||
	       (standing->to == SW_TO_IMPLIED && role == SW_UPSTREAM);
}

/* How the datapath lists suspects as live zombies, or slows them. */
struct sw_detection {
	struct sw_suspect_limits limits; /* of the rules for which it lists */
	__u32 max_listed;		 /* or slowed, at once; 0: nobody is */
	__u64 listed_ns;		 /* for how long */
	__u32 settle;			 /* units of the slow clock, a second at least */
	__u8 length;			 /* by which IPv6 sources are listed */
	__u8 contact;			 /* what follows a contact to C&C: as enum sw_origin; 0 */
	__u8 class;			 /* of the rate of those who are slowed; 0: nobody is */
	__u8 gap;
	struct sw_suspect_limits slow; /* of the rules for which it slows */
	__u32 contact_within;	       /* units of the slow clock */
	__u8 pad[48];
};

/* The scalar part of a generation. */
struct sw_settings {
	/* One cache line: all that most SMTP packets need. */
	__u32 monitor; /* as of a feed, for all */
	__u8 ports;
	__u8 destinations; /* bit per role: who mail is for is asked for */
	__u16 bearer_tops; /* bit per bearer, by the end of its first 16 bits: embed.h */
	__u16 port[SW_MAX_PORTS];
	__u64 source_mask_hi; /* IPv6 sources are limited and listed by prefix */
	__u64 source_mask_lo;
	__u64 horizon;		  /* ticks; of all rates, for they share the limiter's buckets */
	__u64 monitor_interfaces; /* bit per slot: as of a feed, for a NIC */
	__u64 generation;
	struct sw_rate rate[SW_MAX_CLASSES];
	struct sw_standing standing[SW_MAX_FEEDS]; /* by what a table of the mail set says */
	struct sw_feed_rule feed[SW_MAX_FEEDS];	   /* by slot */
	/* For people: what was compiled. By feed slot, then in all. */
	__u64 published_s; /* Unix time */
	__u32 entries[SW_MAX_FEEDS];
	struct sw_layout used;
	struct sw_layout layout; /* what there is room for: of the tables behind this */
	__u64 stamp;		 /* drawn for each: no other generation has it */
	__u32 bearers;
	__u32 fill[3];
	struct sw_bearer bearer[SW_MAX_BEARERS]; /* the longest first */
	struct sw_detection detection;
};

/* Whether what a feed (0: none), on a NIC, decides against a packet is counted and
 * not done: one who says so is enough. */
static inline int sw_is_monitored(const struct sw_settings *settings, __u32 interface, __u8 feed)
{
	return settings->monitor || settings->monitor_interfaces >> (interface & 63) & 1 ||
	       settings->feed[feed].monitor;
}

/* Whose rate a source has, which sends to a NIC of this role; `on_trial`: the feed that
 * lists it only monitors. */
static inline __u32 sw_class_of(const struct sw_standing *source, int on_trial, __u32 role)
{
	return source->kind == SW_KIND_LIMIT && !on_trial ? source->class : role;
}

/* Whether a rate lets less through than another; of two that gain tokens equally fast, in one
 * go. */
static inline int sw_rate_is_stricter(const struct sw_rate *rate, const struct sw_rate *than)
{
	if (rate->interval != than->interval)
		return rate->interval > than->interval;
	return rate->tolerance < than->tolerance;
}

/* Of a suspect's own class, and the one of those that are slowed, the one that lets less
 * through. */
static inline __u32 sw_class_slowed(const struct sw_settings *settings, __u32 class)
{
	__u32 slow = settings->detection.class & (SW_MAX_CLASSES - 1);

	class &= SW_MAX_CLASSES - 1;
	return sw_rate_is_stricter(&settings->rate[slow], &settings->rate[class]) ? slow : class;
}

enum sw_set {
	SW_SET_CNC,
	SW_SET_MAIL,
	SW_SETS,
};

struct sw_net4 {
	__u32 key;   /* sw_net4_key(); 0: none */
	__u32 value; /* sw_net4_run() or, with no feed in it, sw_net4_leaf(); never 0 */
};

#define SW_BUCKET4_NETS 8
#define SW_BUCKET4_FILL 4   /* on average, at most */
#define SW_BUCKET4_PROBES 8 /* buckets in which a /24 may stand */

struct sw_bucket4 {
	struct sw_net4 net[SW_BUCKET4_NETS];
};

#define SW_LEAVES4_MAX ((1 << 24) - 1)
#define SW_LEAF_RUNS 9
#define SW_LEAF_FULL_MAP 0xff /* in `runs`: see `map` */

struct sw_run4 {
	__u8 first;
	__u8 last;
	__u8 feed;
};

struct sw_leaf4 {
	__u64 listed[4]; /* bit per address */
	__u8 feed;
	__u8 runs;
	__u8 pad[2];
	union {
		struct sw_run4 run[SW_LEAF_RUNS];
		/* More runs than fit: the feed of each of the 256 addresses
		 * stands in the four leaves from this one on. */
		__u32 map;
	};
};

struct sw_table4 {
	__u64 touched[(1 << 24) / 64];
	__u8 whole[1 << 16];
};

/* Which feed of each set lists an address: its slot, or 0. */
struct sw_listed {
	__u8 feed[SW_SETS];
	__u8 carried_mail; /* the same of the mail set, of the IPv4 address that it carries */
	__u64 carried;	   /* which that is: sw_carried4() */
};

/* The feed of all addresses from {top, mid, low} to the next boundary; `top`,
 * the first 32 bits, is the directory way's. */
struct sw_bound6 {
	__u64 mid; /* bits 32 to 95 */
	__u32 low; /* bits 96 to 127 */
	__u8 feed;
	__u8 pad[3];
};

/* A set's boundaries in a /32. */
struct sw_span6 {
	__u32 first;
	__u32 count : 24;
	__u32 feed : 8; /* of what lies before the first */
};

#define SW_SPAN6_WIDE 0xffffffff /* `first` where a set has none there: see wide6 */

struct sw_way6 {
	__u32 top;
	struct sw_span6 span[SW_SETS];
};

#define SW_SPAN6_BITS 24 /* of `count` */
#define SW_DIR6_WAYS 3
#define SW_DIR6_PROBES 8 /* buckets that a way may lie behind its own */
#define SW_TOUCHED6_BITS 23

struct sw_dir6 {
	struct sw_way6 way[SW_DIR6_WAYS];
	__u32 used; /* ways */
};

struct sw_table6 {
	__u64 touched[(1 << SW_TOUCHED6_BITS) / 64]; /* bit per hashed /32 */
	__u64 wide[(1 << 16) / 64]; /* bit per /16 that a prefix shorter than /32 touches */
};

struct sw_policy {
	struct sw_settings settings;
	__u32 salt4; /* drawn for the hash of /24s: no list can be aimed at a bucket */
	__u8 gap[4];
	/* IPv6 boundaries between /32s, for addresses that have no way; `mid` holds
	 * the first 32 bits in its upper half. */
	struct sw_span6 wide6[SW_SETS];
	__u8 pad[40];
	struct sw_table4 v4[SW_SETS];
	struct sw_table6 v6[SW_SETS];
};

/*
 * `index`, which the caller has compared with `limit`: once more for the
 * verifier. Kernels before 6.8 lose the outcome of a comparison whose operand
 * the compiler had spilled; here the bound is part of the value.
 */
static __always_inline __u64 sw_bounded(__u64 index, __u64 limit)
{
#ifdef __bpf__
	__asm__ volatile("if %0 < %1 goto +1\n\t%0 = 0" : "+r"(index) : "r"(limit));
#endif
	(void)limit;
	return index;
}

/* Buckets in which a search may begin; the last search goes on behind them. */
static inline __u64 sw_layout_homes4(const struct sw_layout *layout)
{
	return layout->nets / SW_BUCKET4_FILL + 1;
}

static inline __u64 sw_layout_buckets4(const struct sw_layout *layout)
{
	return sw_layout_homes4(layout) + SW_BUCKET4_PROBES - 1;
}

/* Offsets of what follows struct sw_policy and the buckets. */
static inline __u64 sw_policy_leaves(const struct sw_layout *layout)
{
	return sizeof(struct sw_policy) + sw_layout_buckets4(layout) * sizeof(struct sw_bucket4);
}

static inline __u64 sw_policy_dirs(const struct sw_layout *layout)
{
	return sw_policy_leaves(layout) + (__u64)layout->leaves * sizeof(struct sw_leaf4);
}

static inline __u64 sw_policy_bounds(const struct sw_layout *layout)
{
	return sw_policy_dirs(layout) + (__u64)layout->dirs * sizeof(struct sw_dir6);
}

/* An index of a boundary masked by this is one of the pool, which is so large. A
 * search compares no index with a limit: each comparison would be two ways for
 * the verifier to follow, at every step. */
static __always_inline __u32 sw_layout_bounds_mask(const struct sw_layout *layout)
{
	__u32 mask = layout->bounds - 1;

	mask |= mask >> 1;
	mask |= mask >> 2;
	mask |= mask >> 4;
	mask |= mask >> 8;
	return mask | mask >> 16;
}

/* Boundaries that may be loaded before it is known how many a span has, and so the
 * room behind the last one: eight cache lines. */
#define SW_BOUNDS6_AHEAD 32

/* Bytes of a generation. */
static inline __u64 sw_policy_size(const struct sw_layout *layout)
{
	return sw_policy_bounds(layout) +
	       ((__u64)sw_layout_bounds_mask(layout) + 1 + SW_BOUNDS6_AHEAD) *
		       sizeof(struct sw_bound6);
}

_Static_assert(__builtin_offsetof(struct sw_settings, rate) == 64, "the hot line");
_Static_assert(sizeof(struct sw_standing) == 8, "one load, eight a line");
_Static_assert(sizeof(struct sw_detection) == 128, "layout is pinned");
_Static_assert(sizeof(struct sw_bearer) == 40, "eight in five lines");
_Static_assert(sizeof(struct sw_feed_rule) == 4, "sixteen feeds a line");
_Static_assert(sizeof(struct sw_settings) % 64 == 0, "tables start on a cache line");
_Static_assert(sizeof(struct sw_bucket4) == 64, "a bucket is one cache line");
_Static_assert(sizeof(struct sw_leaf4) == 64, "a leaf is one cache line");
_Static_assert(sizeof(struct sw_dir6) == 64, "a directory bucket is one cache line");
_Static_assert(sizeof(struct sw_bound6) == 16, "four boundaries a cache line");
_Static_assert(sizeof(struct sw_policy) % 64 == 0, "buckets start on a cache line");

#endif
