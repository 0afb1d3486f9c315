/* SPDX-License-Identifier: GPL-2.0 */
/* Looking into the limiter's state. */
#ifndef SPAMWEIR_KERNEL_BUCKETS_H
#define SPAMWEIR_KERNEL_BUCKETS_H

#include "base/prefix.h"
#include "kernel/state.h"

struct sw_limit_view {
	bool known;	    /* it has a slot: it has sent SYNs not long ago */
	double tokens;	    /* in its bucket now */
	__u32 burst;	    /* what the bucket holds */
	double per_minute;  /* what it gains */
	__u64 wait_ms;	    /* until the next token; 0: there is one */
};

/* The bucket of a source in a role. -errno. */
int sw_limit_look(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, enum sw_role role, struct sw_limit_view *view);

/* Slots in use: sources whose bucket is not full. */
int sw_limit_count(const struct sw_state *state, const struct sw_settings *settings, __u64 *count);

#endif
