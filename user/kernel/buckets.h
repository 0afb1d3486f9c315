/* SPDX-License-Identifier: GPL-2.0 */
/* Looking into the limiter's state. */
#ifndef SPAMWEIR_KERNEL_BUCKETS_H
#define SPAMWEIR_KERNEL_BUCKETS_H

#include "base/prefix.h"
#include "kernel/state.h"

struct sw_limit_view {
	bool known;	   /* it has a slot: it has sent SYNs not long ago */
	double tokens;	   /* in its bucket now */
	__u32 burst;	   /* what the bucket holds */
	double per_minute; /* what it gains */
	__u64 wait_ms;	   /* until the next token; 0: there is one */
	bool closed;	   /* there are no tokens at all */
};

/* The bucket of a source in each role. `standing`: what the mail set says of it; `slowed`: it
 * is a suspect that is slowed. -errno. */
int sw_limit_look(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, const struct sw_standing *standing, bool slowed,
		  struct sw_limit_view view[SW_ROLES]);

/* The same for a source whose class is on trial: the bucket that this class has for
 * itself. `view` is left as it is for all others. */
int sw_limit_try(const struct sw_state *state, const struct sw_settings *settings,
		 const struct sw_prefix *address, const struct sw_standing *standing,
		 struct sw_limit_view view[SW_ROLES]);

/* Calls `visit` for every IPv4 source that has a slot, also one whose bucket is full again
 * and whose slot nobody has taken since, in no order. The limiter keeps only hashes of
 * IPv6 sources: *hidden counts them. Not 0 stops and is returned. -errno. */
int sw_limit_each(const struct sw_state *state,
		  int (*visit)(void *ctx, const struct sw_prefix *source), void *ctx,
		  __u64 *hidden);

/* The IPv4 source whose slot in `bucket` has this tag. */
__u32 sw_limit_source4(const struct sw_seed *seed, __u32 bucket, __u32 tag);

/* Whether the source of this address has a slot in some role. */
bool sw_limit_knows(const struct sw_state *state, const struct sw_settings *settings,
		    const struct sw_prefix *address);

/* Slots in use: sources whose bucket is not full. More than 16,384 are estimated from a part
 * of the buckets in which there are as many. `kept`: programs keep note of those that are
 * (sw_tally_known(), kernel/tally.h), or else all are read. */
int sw_limit_count(const struct sw_state *state, const struct sw_settings *settings, bool kept,
		   __u64 *count);

/* So that each bucket is looked at by the next count. */
int sw_limit_all_busy(const struct sw_state *state);

#endif
