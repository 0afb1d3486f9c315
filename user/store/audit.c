// SPDX-License-Identifier: GPL-2.0
#include "store/audit.h"

#include "base/clock.h"
#include "store/db.h"

int sw_audit_add(struct sw_store *store, const char *verb, __u64 generation, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	struct sw_person person;
	char arguments[1024];
	int err;

	sw_person_self(&person);
	err = sw_db_prepare(store,
			    "INSERT INTO audit (at, login_uid, name, verb, arguments, generation) "
			    "VALUES (?, ?, ?, ?, ?, ?)",
			    &statement, error);
	if (err)
		return err;
	sqlite3_bind_int64(statement, 1, sw_wall_ms());
	if (person.login_uid != SW_NO_UID)
		sqlite3_bind_int64(statement, 2, person.login_uid);
	sqlite3_bind_text(statement, 3, person.name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, verb, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, sw_command_line(arguments, sizeof(arguments)), -1,
			  SQLITE_STATIC);
	if (generation)
		sqlite3_bind_int64(statement, 6, generation);
	err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	return err;
}

static void read_row(sqlite3_stmt *statement, struct sw_audit *out)
{
	*out = (struct sw_audit){
		.id = sqlite3_column_int64(statement, 0),
		.at_ms = sqlite3_column_int64(statement, 1),
		.person.login_uid = SW_NO_UID,
		.generation = sqlite3_column_int64(statement, 6),
	};
	if (sqlite3_column_type(statement, 2) != SQLITE_NULL)
		out->person.login_uid = sqlite3_column_int64(statement, 2);
	sw_db_text(statement, 3, out->person.name, sizeof(out->person.name));
	sw_db_text(statement, 4, out->verb, sizeof(out->verb));
	sw_db_text(statement, 5, out->arguments, sizeof(out->arguments));
}

int sw_audit_each(struct sw_store *store, unsigned count,
		  int (*visit)(void *ctx, const struct sw_audit *row), void *ctx,
		  struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	struct sw_audit row;
	int err;

	err = sw_db_prepare(store,
			    "SELECT id, at, login_uid, name, verb, arguments, generation FROM audit "
			    "ORDER BY id DESC LIMIT ?",
			    &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, count);
		err = sw_db_step(store, statement, error);
	}
	while (err == SW_DB_ROW) {
		read_row(statement, &row);
		err = visit(ctx, &row);
		if (!err)
			err = sw_db_step(store, statement, error);
		else if (err > 0)
			break;
	}
	sqlite3_finalize(statement);
	return err;
}
