/* SPDX-License-Identifier: GPL-2.0 */
/* Reading the conduct table: how sources open SMTP connections. No lock is needed. */
#ifndef SPAMWEIR_KERNEL_CONDUCT_H
#define SPAMWEIR_KERNEL_CONDUCT_H

#include "base/prefix.h"
#include "kernel/state.h"
#include "kernel/subject.h"

/* SYNs in a window, the attempts among them that were not sent before, and of the
 * servers tried the bits: never more than servers. */
struct sw_conduct_seen {
	__u32 syns;
	__u32 attempts;
	__u32 servers;
	__u32 answered; /* SYN-ACKs that came back, those that were sent again too */
	__u32 refused;	/* RSTs that answered a SYN */
	bool listens;	/* it answers on an SMTP port itself */
};

struct sw_conduct_view {
	struct sw_prefix subject; /* IPv6: a prefix */
	enum sw_side side;
	__u64 last_age_s;	     /* since its last SYN, or since it answered one */
	__u64 begun_s;		     /* since this window began, or counting did */
	__u64 window_s;		     /* how long the last was, as far as anything was counted */
	struct sw_conduct_seen this; /* window: it is not over */
	struct sw_conduct_seen last; /* one, all of it */
	__u32 servers;		     /* tried in either; as above */
};

/* What is known of an address, or of the IPv6 prefix it is in. -ENOENT: nothing, in
 * this window and the last one; -errno. */
int sw_conduct_get(const struct sw_state *state, const struct sw_settings *settings,
		   const struct sw_prefix *address, enum sw_side side, struct sw_conduct_view *out);

/* Calls `visit` for all of one side of whom anything is known, in no order; not 0 stops
 * and is returned. -errno. */
int sw_conduct_each(const struct sw_state *state, const struct sw_settings *settings,
		    enum sw_side side, int (*visit)(void *ctx, const struct sw_conduct_view *view),
		    void *ctx);

/* The same of a table that `map`, a fd, is. */
int sw_conduct_read(const struct sw_row_reader *reader, int map, enum sw_side side,
		    int (*visit)(void *ctx, const struct sw_conduct_view *view), void *ctx);

#endif
