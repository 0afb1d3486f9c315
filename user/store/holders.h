/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who had which prefix, and which ports of it, from when to when: written from the lists
 * of `subscribers`. It is on disk and not in memory, however many there are.
 */
#ifndef SPAMWEIR_STORE_HOLDERS_H
#define SPAMWEIR_STORE_HOLDERS_H

#include "base/held.h"
#include "store/store.h"

struct sw_holders;

/* For writing what `source` says; `pass` is greater each time, and 0 of a list that does
 * not name all. *out is for sw_holders_close. -errno. */
int sw_holders_open(struct sw_store *store, const char *source, __s64 pass, struct sw_holders **out,
		    struct sw_error *error);
void sw_holders_close(struct sw_holders *holders); /* NULL is fine */

/* In a transaction: takes one line. What is older than what is known changes nothing, so that a
 * journal may be read again; in a pass over a list that names all, it is so from now on. */
int sw_holders_put(struct sw_holders *holders, const struct sw_held *held, struct sw_error *error);

/* Whether anybody has something of this source, without an end. 1, 0, -errno. */
int sw_holders_any(struct sw_holders *holders, struct sw_error *error);

/* In a transaction: what has no end and was not put in this pass has ended. */
int sw_holders_end_others(struct sw_holders *holders, __s64 at_ms, struct sw_error *error);

/* In a transaction: all of a source that is no more has ended, and its files are forgotten. */
int sw_holders_end_source(struct sw_store *store, const char *source, __s64 at_ms,
			  struct sw_error *error);

/* Removes what ended before. */
int sw_holders_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error);

/* Its files are to be read from their beginning. */
int sw_holders_forget_files(struct sw_store *store, const char *source, struct sw_error *error);

#endif
