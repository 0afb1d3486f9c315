// SPDX-License-Identifier: GPL-2.0
#include "store/cases_rows.h"

void sw_case_row(sqlite3_stmt *statement, struct sw_case *out)
{
	*out = (struct sw_case){
		.id = sqlite3_column_int64(statement, 0),
		.state = sqlite3_column_int(statement, 3),
		.severity = sqlite3_column_int(statement, 4),
		.opened_ms = sqlite3_column_int64(statement, 5),
		.first_ms = sqlite3_column_int64(statement, 6),
		.last_ms = sqlite3_column_int64(statement, 7),
		.closed_ms = sqlite3_column_int64(statement, 8),
		.count = sqlite3_column_int64(statement, 10),
	};
	sw_db_text(statement, 1, out->account, sizeof(out->account));
	sw_db_text(statement, 2, out->address, sizeof(out->address));
	sw_db_text(statement, 9, out->why, sizeof(out->why));
	sw_db_text(statement, 11, out->sentence, sizeof(out->sentence));
}

int sw_case_row_find(struct sw_store *store, const char *sql, const char *text, struct sw_case *out,
		     struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_keep(store, sql, &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		sw_case_row(statement, out);
	sw_db_done(statement);
	return err;
}

int sw_case_event(struct sw_store *store, __s64 id, __s64 at_ms, const char *what, const char *by,
		  const char *text, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_keep(store,
			 "INSERT INTO case_event (case_id, at, what, name, text) "
			 "VALUES (?, ?, ?, ?, ?)",
			 &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, id);
		sqlite3_bind_int64(statement, 2, at_ms);
		sqlite3_bind_text(statement, 3, what, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 4, by, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 5, text, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sw_db_done(statement);
	return err;
}
