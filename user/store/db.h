/* SPDX-License-Identifier: GPL-2.0 */
/* SQLite as the files of this room use it. */
#ifndef SPAMWEIR_STORE_DB_H
#define SPAMWEIR_STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/person.h"
#include "base/prefix.h"

#define SW_STORE_BUSY_MS 5000 /* how long another process may hold it */

#define SW_DB_KEPT 16

#define SW_DB_SEE " (`spamweir doctor` says what mends it)"

struct sw_store {
	sqlite3 *db;
	char *path;
	struct sw_db_kept {
		const char *sql;
		sqlite3_stmt *statement;
	} kept[SW_DB_KEPT];
	bool damaged;	  /* seen by a statement */
	unsigned users;	  /* others that have it open (sw_store_share) */
	struct stat file; /* as it was when it was shared */
	pid_t process;	  /* that shares it; 0: none does */
};

/* -errno for what SQLite said last, said with the file's name. */
int sw_db_fail(struct sw_store *store, int code, struct sw_error *error);

/* Statements without rows. */
int sw_db_run(struct sw_store *store, const char *sql, struct sw_error *error);

/* *out is for sqlite3_finalize. */
int sw_db_prepare(struct sw_store *store, const char *sql, sqlite3_stmt **out,
		  struct sw_error *error);

/* The same for what is done again and again, of which most time is otherwise lost by parsing
 * it: *out stays the store's, is known by the address of its text, and is for sw_db_done. Not
 * for two uses at once. */
int sw_db_keep(struct sw_store *store, const char *sql, sqlite3_stmt **out, struct sw_error *error);

/* NULL is fine. */
void sw_db_done(sqlite3_stmt *statement);

/* Before the database is closed. */
void sw_db_forget_kept(struct sw_store *store);

/* A transaction for writing. A rollback without one does nothing. */
int sw_db_begin(struct sw_store *store, struct sw_error *error);
int sw_db_commit(struct sw_store *store, struct sw_error *error);
void sw_db_rollback(struct sw_store *store);

#define SW_DB_ROW 1

/* SW_DB_ROW, 0 when there are no more, or -errno. */
int sw_db_step(struct sw_store *store, sqlite3_stmt *statement, struct sw_error *error);

/* A statement without rows that is used again with other values. */
int sw_db_step_reset(struct sw_store *store, sqlite3_stmt *statement, struct sw_error *error);

/* One statement without rows, with numbers for its places. */
int sw_db_run_with(struct sw_store *store, const char *sql, const __s64 *number, int numbers,
		   struct sw_error *error);

/* Calls `row` for each row of a statement with a number for its place, until it
 * returns something else than 0, which is the result then. */
int sw_db_each(struct sw_store *store, const char *sql, __s64 number,
	       int (*row)(void *ctx, sqlite3_stmt *statement), void *ctx, struct sw_error *error);

/* The same with as many numbers as there are. */
int sw_db_each_with(struct sw_store *store, const char *sql, const __s64 *number, int numbers,
		    int (*row)(void *ctx, sqlite3_stmt *statement), void *ctx,
		    struct sw_error *error);

/* Values for a statement's places, and those of a row's columns: text, "" for NULL
 * and cut to what fits; prefixes, -EINVAL for what is none; an end in Unix
 * milliseconds, NULL for SW_FOREVER_MS; who it was, in two columns. */
void sw_db_text(sqlite3_stmt *statement, int column, char *out, size_t room);
void sw_db_bind_prefix(sqlite3_stmt *statement, int place, const struct sw_prefix *prefix);
int sw_db_prefix(sqlite3_stmt *statement, int column, struct sw_prefix *out);
void sw_db_bind_end(sqlite3_stmt *statement, int place, __s64 until_ms);
__s64 sw_db_end(sqlite3_stmt *statement, int column);
void sw_db_bind_person(sqlite3_stmt *statement, int place, const struct sw_person *person);
void sw_db_person(sqlite3_stmt *statement, int column, struct sw_person *out);

#endif
