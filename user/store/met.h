/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who dealt with what a feed lists, and who had packets dropped on which day: the ledger as
 * it was seen from time to time. It outlives what the ledger forgets for others, and a
 * reboot. Bounded: when there are too many, the oldest go.
 */
#ifndef SPAMWEIR_STORE_MET_H
#define SPAMWEIR_STORE_MET_H

#include "base/prefix.h"
#include "store/store.h"

#define SW_MET_KEPT_MS (31LL * 86400000)
#define SW_MET_MOST 200000	/* rows */
#define SW_AFFECTED_MOST 500000 /* rows of all days */

struct sw_met {
	struct sw_prefix subject; /* who had packets dropped, or would have had */
	struct sw_prefix listed; /* whom he dealt with; himself, if it is him that the feed lists */
	char feed[SW_NAME_LEN];
	bool remote;		 /* the subject is no subscriber */
	bool called;		 /* a C&C address called it, and it called none */
	__s64 first_ms, last_ms; /* Unix milliseconds */
	__s64 dropped_ms;	 /* the last time that it was dropped, and not only counted; 0 */
	__u64 count;		 /* packets, all that were seen of these two */
};

struct sw_met_writer;

/* Begins writing, in a transaction of the caller's. `anew`: who counts has begun at 0 again. *out is for
 * sw_met_close. -errno, as all below. */
int sw_met_open(struct sw_store *store, bool anew, struct sw_met_writer **out,
		struct sw_error *error);
void sw_met_close(struct sw_met_writer *writer); /* NULL is fine */

/* `met->count` is of all that the subject did, with whomever: what it grew by since the last
 * time is counted for these two. */
int sw_met_note(struct sw_met_writer *writer, const struct sw_met *met, struct sw_error *error);

/* What happened to a subscriber on a day: a sum of these. */
enum {
	SW_AFFECTED_BLOCKED = 1,
	SW_AFFECTED_SLOWED = 2,
	SW_AFFECTED_MONITORED = 4, /* all that was seen of it passed, in monitor mode; */
	SW_AFFECTED_DROPPED = 8,   /* and not so */
};
int sw_affected_note(struct sw_met_writer *writer, __s64 at_ms, const struct sw_prefix *address,
		     int how, struct sw_error *error);

/* Visits those seen after that, by listed address and subject. Not 0 stops and is returned. */
int sw_met_each(struct sw_store *store, __s64 since_ms,
		int (*visit)(void *ctx, const struct sw_met *met), void *ctx,
		struct sw_error *error);

struct sw_affected {
	__u64 subscribers; /* each once, however many days he is of */
	__u64 blocked, slowed;
	__u64 dropped; /* of some, something was dropped and not only counted */
};

/* Over the days that `from_ms` to `to_ms` touch, in UTC. */
int sw_affected_count(struct sw_store *store, __s64 from_ms, __s64 to_ms, struct sw_affected *out,
		      struct sw_error *error);

/* In a transaction: removes what is too old, and more than there may be. */
int sw_met_expire(struct sw_store *store, __s64 now_ms, struct sw_error *error);

#endif
