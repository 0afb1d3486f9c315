/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of those who get notices, and of what they are told. */
#ifndef SPAMWEIR_STORE_NOTICE_RECEIVERS_H
#define SPAMWEIR_STORE_NOTICE_RECEIVERS_H

#include "store/case.h"
#include "store/store.h"

struct sw_notice_receiver_state {
	char name[32];
	__s64 seen;	 /* the last line of all time lines that is in his spool */
	__u32 failures;	 /* in a row */
	__s64 until_ms;	 /* he is left alone */
	char error[256]; /* of the last; "": it went well */
};

/* One that is new has seen all there is: he is told what comes. */
int sw_notice_receiver_get(struct sw_store *store, const char *name,
			   struct sw_notice_receiver_state *out, struct sw_error *error);
int sw_notice_receiver_seen(struct sw_store *store, const char *name, __s64 seen,
			    struct sw_error *error);

/* How it went with him: failures, until and error. */
int sw_notice_receiver_went(struct sw_store *store, const struct sw_notice_receiver_state *state,
			    struct sw_error *error);

/* In a transaction: he is configured no more, and what waits for him is given up. */
int sw_notice_receiver_leaves(struct sw_store *store, const char *name, __s64 now_ms,
			      struct sw_error *error);

/* All, by name. Not 0 stops and is returned. */
int sw_notice_receivers_each(struct sw_store *store,
			     int (*visit)(void *ctx, const struct sw_notice_receiver_state *state),
			     void *ctx, struct sw_error *error);

/* A line of a time line that somebody may be told. */
struct sw_case_news {
	__s64 line; /* its number */
	__s64 case_id;
	__s64 at_ms;
	char what[16]; /* opened, graver, relapse, reopened, closed */
};

/* The next such lines behind `seen`, of all cases, at most `most`. Not 0 stops and is
 * returned; `visit` may not write. */
int sw_cases_news(struct sw_store *store, __s64 seen, unsigned most,
		  int (*visit)(void *ctx, const struct sw_case_news *news), void *ctx,
		  struct sw_error *error);

/* The last line there is. */
int sw_cases_newest(struct sw_store *store, __s64 *line, struct sw_error *error);

/* In a transaction: a line in a case's time line, of a notice to `receiver`. */
int sw_case_told(struct sw_store *store, __s64 case_id, __s64 at_ms, const char *receiver,
		 const char *text, struct sw_error *error);

/* In a transaction: `name` is wrong now, or is not. 1 if it was not so before, else 0. */
int sw_alarm_set(struct sw_store *store, const char *name, bool on, __s64 now_ms,
		 struct sw_error *error);

#endif
