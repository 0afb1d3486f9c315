/* SPDX-License-Identifier: GPL-2.0 */
/* Reading the ledger: who had packets dropped. No lock is needed. */
#ifndef SPAMWEIR_KERNEL_LEDGER_H
#define SPAMWEIR_KERNEL_LEDGER_H

#include "base/prefix.h"
#include "kernel/state.h"
#include "kernel/subject.h"

struct sw_ledger_view {
	struct sw_prefix subject; /* IPv6: a prefix */
	enum sw_side side;
	__u64 drops;  /* those of monitor mode too, and */
	__u64 spared; /* of these, those that passed */
	__u64 by_reason[SW_REASON_COUNT];
	__u64 calls; /* see sw_ledger_calls() */
	__u64 first_age_s;
	__u64 last_age_s;
	/* A recent one: of many at once the latest may be missing here. */
	struct sw_prefix peer;
	enum sw_reason reason;
	__u8 feed;	/* slot; 0: none decided */
	bool sent_in;	/* by the peer, to the subject */
	bool monitored; /* it passed */
};

/* What is known of an address, or of the IPv6 prefix it is in. -ENOENT: nothing;
 * -errno. */
int sw_ledger_get(const struct sw_state *state, const struct sw_settings *settings,
		  const struct sw_prefix *address, enum sw_side side, struct sw_ledger_view *out);

/* Calls `visit` for all of a side, or, by SW_SIDES, of both, in no order; not 0 stops and is
 * returned. */
int sw_ledger_each(const struct sw_state *state, const struct sw_settings *settings,
		   enum sw_side side, int (*visit)(void *ctx, const struct sw_ledger_view *view),
		   void *ctx);

/* The same of a ledger that `map`, a fd, is. */
int sw_ledger_read(const struct sw_row_reader *reader, int map, enum sw_side side,
		   int (*visit)(void *ctx, const struct sw_ledger_view *view), void *ctx);

#endif
