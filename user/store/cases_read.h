/* SPDX-License-Identifier: GPL-2.0 */
/* Cases as they are told of. */
#ifndef SPAMWEIR_STORE_CASES_READ_H
#define SPAMWEIR_STORE_CASES_READ_H

#include "store/cases.h"

/* Open ones first, then quiet ones, of either the gravest first, then the oldest; `all`:
 * closed ones behind them. Not 0 stops and is returned. `visit` may not write. */
int sw_cases_each(struct sw_store *store, bool all,
		  int (*visit)(void *ctx, const struct sw_case *found), void *ctx,
		  struct sw_error *error);

/* 1, or 0: there is none. */
int sw_case_get(struct sw_store *store, __s64 id, struct sw_case *out, struct sw_error *error);
int sw_case_of_account(struct sw_store *store, const char *account, struct sw_case *out,
		       struct sw_error *error);

/* The case of whoever has the address now; else the last that was about it. */
int sw_case_of_address(struct sw_store *store, const struct sw_prefix *address, __s64 now_ms,
		       struct sw_case *out, struct sw_error *error);
/* Of those who had the address when nobody knew whose it was. 1; 0: there is none. */
int sw_case_of_nobody(struct sw_store *store, const struct sw_prefix *address, struct sw_case *out,
		      struct sw_error *error);

/* What there is against him, the newest first. `last_ms`, `first_ms` and `count` are of all
 * times. */
int sw_case_signals(struct sw_store *store, __s64 id, sw_signal_visit visit, void *ctx,
		    struct sw_error *error);

/* Those of all cases that are about somebody's dealing with somebody else, seen after that.
 * The same. */
int sw_case_dealings(struct sw_store *store, __s64 since_ms, sw_signal_visit visit, void *ctx,
		     struct sw_error *error);

struct sw_case_event {
	__s64 at_ms;
	char what[16]; /* opened, signal, graver, active, quiet, closed, relapse, reopened, note,
			* notice, moved */
	char name[64]; /* of whoever did it, or was told; "": nobody */
	char text[512];
};

/* Its time line, the oldest first. */
int sw_case_events(struct sw_store *store, __s64 id,
		   int (*visit)(void *ctx, const struct sw_case_event *event), void *ctx,
		   struct sw_error *error);

int sw_cases_count(struct sw_store *store, __u64 count[SW_CASE_STATES], struct sw_error *error);

#endif
