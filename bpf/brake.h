/* SPDX-License-Identifier: GPL-2.0 */
/* What is kept of a segment that may be a bounce until its payload is read (bounce.h). */
#ifndef SPAMWEIR_BRAKE_H
#define SPAMWEIR_BRAKE_H

#include "maps.h"

/* What a program's first part returns when the payload is to be read. No action of XDP. */
#define SW_READ_PAYLOAD 255

static __always_inline struct sw_brake *sw_brake_kept(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&brake, &zero);
}

/* Keeps the rate at which the destination takes bounces. `home`: sw_home_word(). `trial`:
 * in its lower half what another feed on trial has decided, above that whether the feed
 * that brakes is on trial. Returns whether it was kept.
 *
 * A function of its own to the verifier. */
__attribute__((noinline)) int sw_brake_begin(__u64 home, __u64 interval, __u64 tolerance,
					     __u64 horizon, __u64 trial)
{
	struct sw_brake *kept = sw_brake_kept();

	if (!kept)
		return 0;
	kept->home = home;
	kept->interval = interval;
	kept->tolerance = tolerance;
	kept->horizon = horizon;
	kept->tried = trial;
	kept->on_trial = trial >> 32;
	return 1;
}

/* Keeps the decision too, and has the payload read. A function of its own to the verifier. */
__attribute__((noinline)) int sw_brake_keep(__u32 decision, __u32 role)
{
	struct sw_brake *kept = sw_brake_kept();

	if (!kept)
		return XDP_PASS;
	kept->decision = decision;
	kept->role = role;
	return SW_READ_PAYLOAD;
}

/* What becomes of what may be a bounce where nobody reads its payload; without a family. */
static __always_inline __u32 sw_brake_leave(void)
{
	const struct sw_brake *kept = sw_brake_kept();

	if (kept && kept->tried)
		return kept->tried | SW_DECISION_MONITORED;
	return SW_DECISION(SW_SMTP_OK, SW_NO_FAMILY, 0);
}

#endif
