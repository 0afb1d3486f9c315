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
};

/* The bucket of a source in each role. `standing`: what the mail set says of it. -errno. */
int sw_limit_look(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, const struct sw_standing *standing,
		  struct sw_limit_view view[SW_ROLES]);

/* Slots in use: sources whose bucket is not full. Many of them, from some 65,000 on,
 * are estimated from a sixteenth of the buckets. */
int sw_limit_count(const struct sw_state *state, const struct sw_settings *settings, __u64 *count);

#endif
