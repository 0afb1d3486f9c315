// SPDX-License-Identifier: GPL-2.0
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int to_errno(sqlite3 *db, int code)
{
	int system = db ? sqlite3_system_errno(db) : 0;

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_PERM:
		return -EACCES;
	}
	return system ? -system : -EIO;
}

int sw_db_fail(struct sw_store *store, int code, struct sw_error *error)
{
	int err = to_errno(store->db, code);

	if (err == -EUCLEAN)
		store->damaged = true;
	if (err == -EBUSY)
		return sw_fail(error, err, "%s: another process has held it for %d s", store->path,
			       SW_STORE_BUSY_MS / 1000);
	if (err == -EIO || err == -EUCLEAN)
		return sw_fail(error, err, "%s: %s", store->path,
			       store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code));
	return sw_fail(error, err, "%s: %s", store->path, strerror(-err));
}

int sw_db_run(struct sw_store *store, const char *sql, struct sw_error *error)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code ? sw_db_fail(store, code, error) : 0;
}

int sw_db_prepare(struct sw_store *store, const char *sql, sqlite3_stmt **out,
		  struct sw_error *error)
{
	int code = sqlite3_prepare_v2(store->db, sql, -1, out, NULL);

	return code ? sw_db_fail(store, code, error) : 0;
}

int sw_db_step(struct sw_store *store, sqlite3_stmt *statement, struct sw_error *error)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return SW_DB_ROW;
	return code == SQLITE_DONE ? 0 : sw_db_fail(store, code, error);
}

int sw_db_step_reset(struct sw_store *store, sqlite3_stmt *statement, struct sw_error *error)
{
	int err = sw_db_step(store, statement, error);

	sqlite3_reset(statement);
	return err < 0 ? err : 0;
}

void sw_db_text(sqlite3_stmt *statement, int column, char *out, size_t room)
{
	const unsigned char *text = sqlite3_column_text(statement, column);

	snprintf(out, room, "%s", text ? (const char *)text : "");
}
