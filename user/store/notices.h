/* SPDX-License-Identifier: GPL-2.0 */
/* The spool of notices: what there is to tell whom, until it is told or given up. */
#ifndef SPAMWEIR_STORE_NOTICES_H
#define SPAMWEIR_STORE_NOTICES_H

#include "base/held.h"
#include "base/severity.h"
#include "store/store.h"

enum sw_notice_state {
	SW_NOTICE_WAITING,
	SW_NOTICE_SENT,
	SW_NOTICE_FAILED,   /* given up */
	SW_NOTICE_REPLACED, /* by a later one about the same */
	SW_NOTICE_STATES,
};

const char *sw_notice_state_name(enum sw_notice_state state);

/* Times are Unix milliseconds. */
struct sw_notice {
	__s64 id;
	char receiver[32];
	char event[16];
	enum sw_severity severity;
	char subject[SW_ACCOUNT_MAX + 16];
	__s64 case_id; /* 0: of none */
	__s64 at_ms;
	__s64 due_ms; /* while it waits */
	enum sw_notice_state state;
	__u32 attempts;
	__s64 ended_ms;	 /* 0: not yet */
	char told[256];	 /* who; "": nobody yet */
	char error[256]; /* of the last attempt */
};

/* In a transaction: puts one in the spool, due at once, or when `every_ms` are over since
 * the last about its subject was sent; one that waits until then is replaced. */
int sw_notice_put(struct sw_store *store, const struct sw_notice *notice, const char *document,
		  __s64 every_ms, struct sw_error *error);

/* The next that is due for a receiver: what is wrong here first, then the gravest cases, then
 * those that were tried least. *document is the caller's to free. 1, or 0: there is none. */
int sw_notice_next(struct sw_store *store, const char *receiver, __s64 now_ms,
		   struct sw_notice *out, char **document, struct sw_error *error);

/* In a transaction: writes down what came of it: due, state, attempts, ended, told, error.
 * Whatever else waits about the subject of one that was sent waits for `every_ms`. */
int sw_notice_tried(struct sw_store *store, const struct sw_notice *notice, __s64 every_ms,
		    struct sw_error *error);

/* How many wait for a receiver, and when the first is due. */
int sw_notices_waiting(struct sw_store *store, const char *receiver, __u64 *count, __s64 *due_ms,
		       struct sw_error *error);

/* The newest first; `all`: those too that were sent or replaced. Not 0 stops and is
 * returned. */
int sw_notices_each(struct sw_store *store, bool all,
		    int (*visit)(void *ctx, const struct sw_notice *notice), void *ctx,
		    struct sw_error *error);

/* In a transaction: what waits, and what was given up, is due now: one, or with 0 all. */
int sw_notices_retry(struct sw_store *store, __s64 id, __s64 now_ms, __u64 *count,
		     struct sw_error *error);

/* Removes those that ended before. */
int sw_notices_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error);

#endif
