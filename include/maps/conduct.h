/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conduct: how a source opens SMTP connections. Written on SYNs of sources that are
 * neither allowed nor zombies; subject.h says how one is found.
 *
 * Time is cut in windows, and an entry has two banks, for even windows and for odd ones:
 * this one's and the last one's. Each bank says whose it is, and whoever finds another's
 * begins it anew: nobody sweeps.
 *
 * A bank has one bit for each server that was tried, found by a keyed hash of address and
 * port: two servers may share a bit, so there are never more bits than servers. Ten
 * servers set ten bits seven times in ten; 100 set about 70 of them, 500 about 125.
 *
 * What comes back is counted beside that, on the NIC of the other role: SYN-ACKs, and
 * RSTs that answer a SYN, whose sequence number is 0 (RFC 9293, 3.5.2). It is counted for
 * sources that are known by their SYNs, and pushes out nobody. It is noted too whether a
 * subscriber answers on an SMTP port himself: mail servers do, zombies do not.
 *
 * CPUs that begin a window at once may lose what one of them has counted in that
 * moment. When one source is forgotten for another, in that moment a SYN of either
 * may be counted to neither or to the other.
 */
#ifndef SPAMWEIR_MAPS_CONDUCT_H
#define SPAMWEIR_MAPS_CONDUCT_H

#include "maps/subject.h"

#define SW_CONDUCT_BITS 14 /* buckets of a side; room for 114,688 sources */
#define SW_CONDUCT_BUCKETS (SW_SIDES << SW_CONDUCT_BITS)
#define SW_CONDUCT_ROOM ((SW_CONDUCT_BUCKETS / SW_SIDES) * SW_ROW_WAYS) /* of a side */

/* A window is 8192 units of the slow clock: 35 minutes where HZ is 250. Two of them have ten
 * connections an hour of one who is in no hurry. */
#define SW_CONDUCT_WINDOW_BITS 13
#define SW_CONDUCT_WINDOW (1U << SW_CONDUCT_WINDOW_BITS)

struct sw_conduct_bank {
	/* The window's number << 48 | attempts << 24 | SYNs. 0: nothing yet. */
	__u64 word;
	__u64 servers[2]; /* 128 bits */
};

struct sw_conduct_entry {
	struct sw_conduct_bank bank[2];
	struct sw_subject subject;
};

struct sw_conduct_bucket {
	struct sw_row row;
	struct sw_conduct_entry entry[SW_ROW_WAYS];
	/* By way and bank: the window's number << 48 | SW_CONDUCT_LISTENS | refused << 24 |
	 * answered. 0: nothing yet. */
	__u64 answers[SW_ROW_WAYS][2];
	/* By way: since when, on the slow clock, it breaks a rule of suspects for which
	 * sources are listed or slowed; SW_CONDUCT_LISTED, SW_CONDUCT_SLOWED; 0: none. The
	 * last stands for way 7. */
	__u16 broken[SW_ROW_WAYS + 1];
};

struct sw_conduct {
	struct sw_conduct_bucket bucket[SW_CONDUCT_BUCKETS];
	struct sw_conduct_entry end; /* of way 7, as in the ledger */
};

/* It was listed, or slowed: whoever lifts that does not see it again in this window. */
#define SW_CONDUCT_LISTED 0xffff
#define SW_CONDUCT_SLOWED 0x8000 /* beside the time since when it breaks another rule, and */
#define SW_CONDUCT_ALONE 0x4000	 /* that this was so in the last window, which does not count */
#define SW_CONDUCT_SINCE 0x3fff	 /* that time: longer than a window; all ones it never is */

#define SW_CONDUCT_COUNT 0xffffffU
#define SW_CONDUCT_SYN 1ULL
#define SW_CONDUCT_ATTEMPT (1ULL << 24)
/* Where counting stops: what lies above is for CPUs that count at once. */
#define SW_CONDUCT_MOST 0xff0000U

#define SW_CONDUCT_ANSWERED 1ULL
#define SW_CONDUCT_REFUSED (1ULL << 24)
#define SW_CONDUCT_LISTENS_BIT 47
#define SW_CONDUCT_LISTENS (1ULL << SW_CONDUCT_LISTENS_BIT)
#define SW_CONDUCT_ANSWERS 0x7fffffU
#define SW_CONDUCT_MOST_ANSWERS 0x7f0000U /* as SW_CONDUCT_MOST */

static inline __u32 sw_conduct_answered(__u64 word)
{
	return word & SW_CONDUCT_ANSWERS;
}

static inline __u32 sw_conduct_refused(__u64 word)
{
	return word >> 24 & SW_CONDUCT_ANSWERS;
}

/* `now` is of the slow clock. */
static inline __u64 sw_conduct_window(__u32 now)
{
	return (__u64)(now >> SW_CONDUCT_WINDOW_BITS & 0xffff) << 48;
}

static inline __u32 sw_conduct_syns(__u64 word)
{
	return word & SW_CONDUCT_COUNT;
}

static inline __u32 sw_conduct_attempts(__u64 word)
{
	return word >> 24 & SW_CONDUCT_COUNT;
}

/* The hash of a server, which says which of the 128 bits is its own. IPv4 in the lower half
 * of `lo`. */
static inline __u64 sw_conduct_server(const struct sw_seed *seed, __u64 hi, __u64 lo, __u16 port)
{
	return sw_hash128(seed, hi ^ (__u64)port << 48 ^ port, lo ^ 0x9e3779b97f4a7c15ULL);
}

_Static_assert(sizeof(struct sw_conduct_entry) == 64, "an entry is one cache line");
_Static_assert(sizeof(struct sw_conduct_bucket) == 640, "layout is pinned");

#endif
