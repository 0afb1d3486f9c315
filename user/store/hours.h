/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums by the hour. Counters only grow, and begin anew when what holds them is made anew;
 * what they said last is kept beside the sums, so that nothing counts twice or is lost
 * while nobody looks.
 */
#ifndef SPAMWEIR_STORE_HOURS_H
#define SPAMWEIR_STORE_HOURS_H

#include <linux/types.h>

#include "store/store.h"

#define SW_HOUR_MS 3600000LL
#define SW_HOURS_KEPT_MS (92 * 24 * SW_HOUR_MS)

struct sw_hours;

/* Begins writing, in a transaction of the caller's: `at_ms` is in the hour that is added to. *out is for
 * sw_hours_close. -errno, as all below. */
int sw_hours_open(struct sw_store *store, __s64 at_ms, struct sw_hours **out,
		  struct sw_error *error);
void sw_hours_close(struct sw_hours *hours); /* NULL is fine */

/* The counters are those of `holder` now: what any other said is forgotten, and of the very
 * first one it is unknown since when it counts, so that it adds nothing. */
int sw_hours_begin(struct sw_hours *hours, __s64 holder, bool *anew, struct sw_error *error);

/* Adds what a counter has grown by since this was said of it last. */
int sw_hours_counter(struct sw_hours *hours, const char *what, const char *name, __u64 value,
		     struct sw_error *error);

/* The same, but what it has grown by is added to another name. */
int sw_hours_counter_as(struct sw_hours *hours, const char *what, const char *name, const char *as,
			__u64 value, struct sw_error *error);

int sw_hours_add(struct sw_hours *hours, const char *what, const char *name, __u64 value,
		 struct sw_error *error);

/* Makes it the hour's, unless that is greater. */
int sw_hours_most(struct sw_hours *hours, const char *what, const char *name, __u64 value,
		  struct sw_error *error);

struct sw_hour {
	__s64 at_ms; /* it begins: Unix milliseconds */
	char what[16];
	char name[96];
	__u64 value;
};

/* All that end after `from_ms` and begin before `to_ms`, by time. Not 0 stops and is
 * returned. */
int sw_hours_each(struct sw_store *store, __s64 from_ms, __s64 to_ms,
		  int (*visit)(void *ctx, const struct sw_hour *hour), void *ctx,
		  struct sw_error *error);

/* In a transaction: removes those that began before. */
int sw_hours_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error);

#endif
