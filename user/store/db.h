/* SPDX-License-Identifier: GPL-2.0 */
/* SQLite as the files of this room use it. */
#ifndef SPAMWEIR_STORE_DB_H
#define SPAMWEIR_STORE_DB_H

#include <sqlite3.h>

#include "store/store.h"

struct sw_store {
	sqlite3 *db;
	char *path;
	bool damaged; /* seen by a statement */
};

/* -errno for what SQLite said last, said with the file's name. */
int sw_db_fail(struct sw_store *store, int code, struct sw_error *error);

/* Statements without rows. */
int sw_db_run(struct sw_store *store, const char *sql, struct sw_error *error);

/* *out is for sqlite3_finalize. */
int sw_db_prepare(struct sw_store *store, const char *sql, sqlite3_stmt **out,
		  struct sw_error *error);

#define SW_DB_ROW 1

/* SW_DB_ROW, 0 when there are no more, or -errno. */
int sw_db_step(struct sw_store *store, sqlite3_stmt *statement, struct sw_error *error);

/* A statement without rows that is used again with other values. */
int sw_db_step_reset(struct sw_store *store, sqlite3_stmt *statement, struct sw_error *error);

/* Text of a row, "" for NULL, cut to what fits. */
void sw_db_text(sqlite3_stmt *statement, int column, char *out, size_t room);

#endif
