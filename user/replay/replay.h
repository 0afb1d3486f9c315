/* SPDX-License-Identifier: GPL-2.0 */
/* A policy that judges captured frames, in the order of their times. */
#ifndef SPAMWEIR_REPLAY_REPLAY_H
#define SPAMWEIR_REPLAY_REPLAY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/prefix.h"
#include "contract.h"
#include "kernel/conduct.h"
#include "kernel/ledger.h"
#include "policy/plan.h"

struct sw_replay;

struct sw_outcome {
	enum sw_reason reason;
	enum sw_verdict verdict;
	const char *feed; /* name of the feed that decided; NULL: none did */
	bool detected;	  /* by this frame, which passed, a suspect was listed or slowed: */
	struct sw_prefix suspect;
	bool slowed;
	char why[sizeof(((struct sw_live *)0)->why)];
};

/* Loads `plan`'s policy for a NIC. *out is the caller's; the plan must live
 * as long. */
int sw_replay_open(const struct sw_plan *plan, const struct sw_interface_config *nic,
		   struct sw_replay **out, struct sw_error *error);

/* Judges an Ethernet frame of `length` bytes that arrived at `time_ns` (any epoch).
 * Zeros stand for those behind `size`, and the frame ends where no IP length
 * reaches further. Frames shorter than an Ethernet header, which no driver
 * delivers, are malformed. */
int sw_replay_frame(struct sw_replay *replay, const void *frame, __u32 size, __u32 length,
		    __u64 time_ns, struct sw_outcome *out, struct sw_error *error);

struct sw_replay_rows {
	/* `name`: of the feed that decided last; empty: none did. `now_s`: the time of the latest
	 * frame, to which ages are. Not 0 stops and is returned. */
	int (*ledger)(void *context, const struct sw_ledger_view *view, const char *name,
		      __u64 now_s);
	int (*conduct)(void *context, const struct sw_conduct_view *view);
	void *context;
};

/* Calls for all that was noted of those who had frames dropped, then of those who opened SMTP
 * connections, in no order. -errno. */
int sw_replay_rows(const struct sw_replay *replay, const struct sw_replay_rows *visit);

/* What is looked for: belongs to the plan. */
const struct sw_tunnels *sw_replay_tunnels(const struct sw_replay *replay);

void sw_replay_close(struct sw_replay *replay); /* NULL is fine */

#endif
