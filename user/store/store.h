/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What outlives a reboot and is not a feed: STATE_DIR/spamweir.db, an SQLite
 * database in WAL mode. Losing it loses history, never what is in force:
 * whoever cannot open it says so once and goes on without.
 */
#ifndef SPAMWEIR_STORE_STORE_H
#define SPAMWEIR_STORE_STORE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct sw_store;

#define SW_STORE_FILE "spamweir.db"

enum {
	SW_STORE_CREATE = 1, /* the directory (0700) and the file are made if need be */
	SW_STORE_CHECK = 2,  /* every page is looked at */
	SW_STORE_LOOK = 4,   /* nothing will be written, nor needs to be writable */
};

/* A damaged file is set aside under another name, which a warning says, and a new
 * one begun (without SW_STORE_CREATE: -EUCLEAN). *out is the caller's, NULL on
 * failure. -ENOENT: there is none; -EPROTO: of a later version, or of another
 * program; -EPERM: others may write to the directory; or why it cannot be
 * written: -EROFS, -ENOSPC, -EACCES, -EBUSY, -EIO. `error` names the file. */
int sw_store_open(const char *state_dir, int flags, struct sw_store **out, struct sw_error *error);

/* NULL is fine. What was found damaged meanwhile is set aside now. */
void sw_store_close(struct sw_store *store);

/* As long as it is open, whoever in this thread opens the same file gets this one, for to
 * open it takes longer than to ask it something; each closes what it has opened. Not while a
 * transaction is under way, nor when the file is another by now. */
void sw_store_share(struct sw_store *store);

/* A transaction for writing; who fails within one calls sw_store_rollback.
 * -errno, as all below that write or read. */
int sw_store_begin(struct sw_store *store, struct sw_error *error);
int sw_store_commit(struct sw_store *store, struct sw_error *error);
void sw_store_rollback(struct sw_store *store);

/* Small values by name. Without a value: `otherwise`. */
int sw_store_get_number(struct sw_store *store, const char *name, __s64 otherwise, __s64 *out,
			struct sw_error *error);
int sw_store_put_number(struct sw_store *store, const char *name, __s64 value,
			struct sw_error *error);

/* Without a value: "". What does not fit is cut. */
int sw_store_get_text(struct sw_store *store, const char *name, char *out, size_t room,
		      struct sw_error *error);
int sw_store_put_text(struct sw_store *store, const char *name, const char *value,
		      struct sw_error *error);

#endif
