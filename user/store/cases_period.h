/* SPDX-License-Identifier: GPL-2.0 */
/* What became of cases in a time. */
#ifndef SPAMWEIR_STORE_CASES_PERIOD_H
#define SPAMWEIR_STORE_CASES_PERIOD_H

#include "store/case.h"
#include "store/store.h"

struct sw_cases_period {
	__u64 opened;	/* the first time */
	__u64 relapsed; /* closed ones that were opened again by a signal, */
	__u64 reopened; /* or by hand */
	__u64 closed_by_hand;
	__u64 closed_by_silence;
};

/* Counts from `from_ms` on, before `to_ms`: Unix milliseconds, as below. -errno. */
int sw_cases_period_count(struct sw_store *store, __s64 from_ms, __s64 to_ms,
			  struct sw_cases_period *out, struct sw_error *error);

/* How long each took, the shortest first: from the first packet to the case, for those that
 * were opened in that time the first time; and from there to the last packet, for those that
 * were closed in it. Not 0 stops and is returned. */
int sw_cases_detected(struct sw_store *store, __s64 from_ms, __s64 to_ms,
		      int (*visit)(void *ctx, __s64 took_ms), void *ctx, struct sw_error *error);
int sw_cases_recovered(struct sw_store *store, __s64 from_ms, __s64 to_ms,
		       int (*visit)(void *ctx, __s64 took_ms), void *ctx, struct sw_error *error);

/* Cases that were opened, opened again or closed in that time, the gravest first, then the
 * last ones. The same. */
int sw_cases_period_each(struct sw_store *store, __s64 from_ms, __s64 to_ms,
			 int (*visit)(void *ctx, const struct sw_case *found), void *ctx,
			 struct sw_error *error);

#endif
