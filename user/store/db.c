// SPDX-License-Identifier: GPL-2.0
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

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
	return sw_fail(error, err, "%s: %s%s", store->path, strerror(-err),
		       err == -EROFS || err == -ENOSPC ? SW_DB_SEE : "");
}

int sw_db_run(struct sw_store *store, const char *sql, struct sw_error *error)
{
	int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return code ? sw_db_fail(store, code, error) : 0;
}

int sw_db_begin(struct sw_store *store, struct sw_error *error)
{
	return sw_db_run(store, "BEGIN IMMEDIATE", error);
}

int sw_db_commit(struct sw_store *store, struct sw_error *error)
{
	return sw_db_run(store, "COMMIT", error);
}

void sw_db_rollback(struct sw_store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

int sw_db_prepare(struct sw_store *store, const char *sql, sqlite3_stmt **out,
		  struct sw_error *error)
{
	int code = sqlite3_prepare_v2(store->db, sql, -1, out, NULL);

	return code ? sw_db_fail(store, code, error) : 0;
}

int sw_db_keep(struct sw_store *store, const char *sql, sqlite3_stmt **out, struct sw_error *error)
{
	struct sw_db_kept *kept = store->kept;
	int err, i;

	for (i = 0; i < SW_DB_KEPT && kept[i].sql && kept[i].sql != sql; i++)
		;
	if (i == SW_DB_KEPT) { /* the last has to make room */
		sqlite3_finalize(kept[--i].statement);
		kept[i] = (struct sw_db_kept){ 0 };
	}
	if (!kept[i].sql) {
		err = sw_db_prepare(store, sql, &kept[i].statement, error);
		if (err)
			return err;
		kept[i].sql = sql;
	}
	*out = kept[i].statement;
	return 0;
}

void sw_db_done(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	if (statement)
		sqlite3_clear_bindings(statement);
}

void sw_db_forget_kept(struct sw_store *store)
{
	int i;

	for (i = 0; i < SW_DB_KEPT; i++)
		sqlite3_finalize(store->kept[i].statement);
	memset(store->kept, 0, sizeof(store->kept));
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

int sw_db_run_with(struct sw_store *store, const char *sql, const __s64 *number, int numbers,
		   struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int i, err;

	err = sw_db_prepare(store, sql, &statement, error);
	for (i = 0; i < numbers && !err; i++)
		sqlite3_bind_int64(statement, i + 1, number[i]);
	if (!err)
		err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

int sw_db_each(struct sw_store *store, const char *sql, __s64 number,
	       int (*row)(void *ctx, sqlite3_stmt *statement), void *ctx, struct sw_error *error)
{
	return sw_db_each_with(store, sql, &number, 1, row, ctx, error);
}

int sw_db_each_with(struct sw_store *store, const char *sql, const __s64 *number, int numbers,
		    int (*row)(void *ctx, sqlite3_stmt *statement), void *ctx,
		    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int i, err, stopped = 0;

	err = sw_db_prepare(store, sql, &statement, error);
	if (!err) {
		for (i = 0; i < numbers; i++)
			sqlite3_bind_int64(statement, i + 1, number[i]);
		err = sw_db_step(store, statement, error);
	}
	while (err == SW_DB_ROW && !stopped) {
		stopped = row(ctx, statement);
		if (!stopped)
			err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return stopped ? stopped : err;
}

void sw_db_bind_prefix(sqlite3_stmt *statement, int place, const struct sw_prefix *prefix)
{
	char text[SW_PREFIX_TEXT];

	sqlite3_bind_text(statement, place, sw_prefix_format(prefix, text), -1, SQLITE_TRANSIENT);
}

int sw_db_prefix(sqlite3_stmt *statement, int column, struct sw_prefix *out)
{
	char text[SW_PREFIX_TEXT];

	sw_db_text(statement, column, text, sizeof(text));
	return sw_prefix_parse(text, strlen(text), out) ? -EINVAL : 0;
}

void sw_db_bind_end(sqlite3_stmt *statement, int place, __s64 until_ms)
{
	if (until_ms == SW_FOREVER_MS)
		sqlite3_bind_null(statement, place);
	else
		sqlite3_bind_int64(statement, place, until_ms);
}

__s64 sw_db_end(sqlite3_stmt *statement, int column)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return SW_FOREVER_MS;
	return sqlite3_column_int64(statement, column);
}

void sw_db_bind_person(sqlite3_stmt *statement, int place, const struct sw_person *person)
{
	if (person->login_uid != SW_NO_UID)
		sqlite3_bind_int64(statement, place, person->login_uid);
	else
		sqlite3_bind_null(statement, place);
	sqlite3_bind_text(statement, place + 1, person->name, -1, SQLITE_STATIC);
}

void sw_db_person(sqlite3_stmt *statement, int column, struct sw_person *out)
{
	out->login_uid = SW_NO_UID;
	if (sqlite3_column_type(statement, column) != SQLITE_NULL)
		out->login_uid = sqlite3_column_int64(statement, column);
	sw_db_text(statement, column + 1, out->name, sizeof(out->name));
}
