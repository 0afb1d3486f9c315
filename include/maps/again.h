/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SYNs of the last two minutes: one that is sent again is not another
 * connection. A sender repeats the SYN of a connection that nobody answers 4 to 9 times
 * in 30 seconds, and each would take a token.
 *
 * Lines of eight slots. A slot is one word: a tag of 31 bits, of which the first is
 * always set; whether the SYN was over the limit; and when it was seen last. The
 * line and the tag are parts of a keyed hash of role, addresses, ports and sequence
 * number: two SYNs in 2^44 are mistaken for each other.
 *
 * A SYN that finds no room takes the slot that was seen longest ago. One that is
 * forgotten early is a new connection when it comes again: it takes a token. A sender's
 * last SYN comes after 68 seconds at most; by then one in 400 is forgotten at 4,400 new
 * connections a second, one in eleven at 8,700.
 */
#ifndef SPAMWEIR_MAPS_AGAIN_H
#define SPAMWEIR_MAPS_AGAIN_H

#include "maps/limiter.h"
#include "words.h"

#define SW_AGAIN_BITS 17 /* lines: 1,048,576 SYNs */
#define SW_AGAIN_SLOTS 8
#define SW_AGAIN_SECONDS 120

struct sw_again_line {
	__u64 slot[SW_AGAIN_SLOTS];
};

struct sw_again {
	struct sw_again_line line[1 << SW_AGAIN_BITS];
};

#define SW_AGAIN_LIMITED (1ULL << 32)
#define SW_AGAIN_VALID (1ULL << 63)
#define SW_AGAIN_TAG (~0ULL << 33)

/* What the tag and the line are taken from. `addresses`: for IPv6, a hash of them. */
static inline __u64 sw_again_key(const struct sw_seed *seed, __u64 addresses, __u64 start,
				 enum sw_role role)
{
	return sw_hash128(seed, addresses ^ (role == SW_UPSTREAM ? 0x5851f42d4c957f2dULL : 0),
			  start);
}

/* `start`: source port << 48 | destination port << 32 | sequence number. */
static inline __u64 sw_again_start(__u16 sport, __u16 dport, __u32 seq)
{
	return (__u64)sport << 48 | (__u64)dport << 32 | seq;
}

static inline __u32 sw_again_line_of(__u64 key)
{
	return key & ((1U << SW_AGAIN_BITS) - 1);
}

static inline __u64 sw_again_tag(__u64 key)
{
	return SW_AGAIN_VALID | (key & SW_AGAIN_TAG);
}

/* How far a slot's time is from `now`: in replay time may go back. */
static inline __u32 sw_again_distance(__u64 slot, __u32 now)
{
	__s32 ago = now - (__u32)slot;

	return ago < 0 ? -(__u32)ago : (__u32)ago;
}

_Static_assert(sizeof(struct sw_again_line) == 64, "a line is one cache line");

#endif
