/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic cell rate algorithm (ITU-T I.371, the virtual scheduling form):
 * a token bucket kept as one number, the theoretical arrival time (TAT).
 *
 * Times are ticks modulo 2^SW_TICK_BITS, so that a TAT shares one 64-bit word
 * with its source's tag. What a tick is worth is the caller's business: the
 * datapath counts 1024 to a jiffy, replay counts one a microsecond.
 */
#ifndef SPAMWEIR_GCRA_H
#define SPAMWEIR_GCRA_H

#include "words.h"

#define SW_TICK_BITS 40
#define SW_TICK_MASK ((1ULL << SW_TICK_BITS) - 1)
#define SW_TICKS_PER_JIFFY 1024

#define SW_RATE_CLOSED (~0ULL)

/* A bucket of `burst` tokens that gains one every `interval`; all in ticks. */
struct sw_rate {
	__u64 interval;	 /* between two tokens; 0: no limit; SW_RATE_CLOSED: there are none */
	__u64 tolerance; /* (burst - 1) * interval */
};

/* How far `tat` is ahead of `now`; 0 when it is past: the bucket is full, and
 * forgetting it loses nothing. Further ahead than `horizon`, which is below 2^63, no rate
 * ever sets a TAT: that one is left over from before the clock came round. */
static inline __u64 sw_gcra_ahead(__u64 tat, __u64 now, __u64 horizon)
{
	__u64 ahead = (tat - now) & SW_TICK_MASK;

	return ahead & ~sw_if_less(horizon, ahead);
}

/* Takes a token from a bucket whose TAT is `ahead` of `now`. Returns 1 and the
 * new TAT, or 0 and leaves *tat alone: over the rate. */
static inline int sw_gcra_take(const struct sw_rate *rate, __u64 ahead, __u64 now, __u64 *tat)
{
	if (ahead > rate->tolerance)
		return 0;
	*tat = (now + ahead + rate->interval) & SW_TICK_MASK;
	return 1;
}

#endif
