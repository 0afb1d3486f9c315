/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Live zombies on disk, with their ends in wall-clock time.
 *
 * A change is written twice: here with a number of its own, then to the kernel,
 * then it is settled. Who is killed in between leaves a number that is not
 * settled, and the next writer takes the change to the kernel again.
 */
#ifndef SPAMWEIR_STORE_ZOMBIES_H
#define SPAMWEIR_STORE_ZOMBIES_H

#include "base/clock.h"
#include "base/prefix.h"
#include "store/store.h"

#define SW_KEPT_FOREVER SW_FOREVER_MS

struct sw_kept_zombie {
	struct sw_prefix prefix;
	__s64 since_ms; /* Unix time */
	__s64 until_ms; /* SW_KEPT_FOREVER: no end */
	bool lifted;	/* and not settled yet */
	char origin[16];
	char why[64];
};

/* The number for the next change. */
int sw_zombies_next_op(struct sw_store *store, __s64 *op, struct sw_error *error);

/* In a transaction: enters them, in place of what is there of these prefixes. */
int sw_zombies_put(struct sw_store *store, const struct sw_kept_zombie *zombie, size_t count,
		   __s64 op, struct sw_error *error);

/* In a transaction: marks them lifted, those that are there. */
int sw_zombies_lift(struct sw_store *store, const struct sw_prefix *prefix, size_t count, __s64 op,
		    struct sw_error *error);

/* In a transaction: removes them at once. */
int sw_zombies_drop(struct sw_store *store, const struct sw_prefix *prefix, size_t count,
		    struct sw_error *error);

/* In a transaction: all changes up to `op` have reached the kernel. */
int sw_zombies_settle(struct sw_store *store, __s64 op, struct sw_error *error);

typedef int (*sw_zombies_visit)(void *ctx, const struct sw_kept_zombie *zombie);

/* All of them, ended ones too, or those whose change is not settled. Not 0 stops
 * and is returned. `visit` may not write. */
int sw_zombies_each(struct sw_store *store, bool unsettled, sw_zombies_visit visit, void *ctx,
		    struct sw_error *error);

/* 1 if it is there and not lifted, 0 if not. */
int sw_zombies_find(struct sw_store *store, const struct sw_prefix *prefix,
		    struct sw_kept_zombie *out, struct sw_error *error);

/* Those that have not ended at `now_ms`. */
int sw_zombies_count(struct sw_store *store, __s64 now_ms, __u64 *count, struct sw_error *error);

/* In a transaction: since when and until when of those that are in force since `from_ms`
 * or later go on by so much; of those that have ended, too, or a clock that is set back
 * would bring them back. */
int sw_zombies_shift(struct sw_store *store, __s64 from_ms, __s64 by_ms, struct sw_error *error);

/* Removes those that ended before. */
int sw_zombies_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error);
int sw_zombies_forget(struct sw_store *store, struct sw_error *error);

#endif
