/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operator's own lists: what is allowed, what is blocked and whose bounces are
 * braked by hand, with ends in wall-clock time. A plain copy beside the database (operator.lists)
 * takes its place should that be lost: these are in force, and not only history.
 */
#ifndef SPAMWEIR_STORE_LISTS_H
#define SPAMWEIR_STORE_LISTS_H

#include "base/clock.h"
#include "base/prefix.h"
#include "store/store.h"

enum sw_list {
	SW_LIST_ALLOW,
	SW_LIST_BLOCK,
	SW_LIST_BOUNCES, /* destinations, and how many bounces they take */
	SW_LISTS,
};

const char *sw_list_name(enum sw_list list); /* "allow", "block", "bounces" */
bool sw_list_of(const char *name, enum sw_list *out);

#define SW_LISTED_FOREVER SW_FOREVER_MS
#define SW_LISTED_WHY 200 /* bytes, with the NUL */

struct sw_ordered {
	enum sw_list list;
	struct sw_prefix prefix; /* host bits cleared */
	__s64 since_ms;		 /* Unix time */
	__s64 until_ms;		 /* SW_LISTED_FOREVER: no end */
	bool forced;		 /* though it lies in own or special-purpose space */
	__u64 interval_ns;	 /* of bounces: between two; 0: none is taken */
	char name[64];		 /* who did it */
	char why[SW_LISTED_WHY];
};

/* In a transaction: enters them, in place of what is there. */
int sw_lists_put(struct sw_store *store, const struct sw_ordered *entry, size_t count,
		 struct sw_error *error);

/* In a transaction: removes it. */
int sw_lists_drop(struct sw_store *store, enum sw_list list, const struct sw_prefix *prefix,
		  struct sw_error *error);

/* 1 and *out if it is there, 0 if not. */
int sw_lists_find(struct sw_store *store, enum sw_list list, const struct sw_prefix *prefix,
		  struct sw_ordered *out, struct sw_error *error);

typedef int (*sw_lists_visit)(void *ctx, const struct sw_ordered *entry);

/* All that have not ended at `now_ms`, by list and prefix. Not 0 stops and is
 * returned. */
int sw_lists_each(struct sw_store *store, __s64 now_ms, sw_lists_visit visit, void *ctx,
		  struct sw_error *error);

/* The same, and those that have ended since they were published: until the next publish
 * they are in force. */
int sw_lists_each_in_force(struct sw_store *store, __s64 now_ms, sw_lists_visit visit, void *ctx,
			   struct sw_error *error);

/* The time by which one has to have ended to be in force no more: *now_ms, or before. */
int sw_lists_lifted(struct sw_store *store, __s64 *now_ms, struct sw_error *error);

/* In a transaction: removes those that ended by `now_ms`; how many. */
int sw_lists_expire(struct sw_store *store, __s64 now_ms, __u64 *removed, struct sw_error *error);

/* Whether the lists have changed since sw_lists_note_published said `change`,
 * which this gives. */
int sw_lists_pending(struct sw_store *store, bool *pending, __s64 *change, struct sw_error *error);

/* In a transaction: they are going to change. */
int sw_lists_note_change(struct sw_store *store, struct sw_error *error);

/* In a transaction: they are in force as they were at that change, without what had
 * ended at `taken_ms`. */
int sw_lists_note_published(struct sw_store *store, __s64 change, __s64 taken_ms,
			    struct sw_error *error);

/* What ended by then is in force no more; 0: they never were. */
int sw_lists_taken(struct sw_store *store, __s64 *taken_ms, struct sw_error *error);

#endif
