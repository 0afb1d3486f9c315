// SPDX-License-Identifier: GPL-2.0
#include "store/audit.h"

#include "base/clock.h"
#include "store/db.h"

int sw_audit_add(struct sw_store *store, const char *verb, __u64 generation, struct sw_error *error)
{
	return sw_audit_add_as(store, verb, NULL, generation, error);
}

int sw_audit_add_as(struct sw_store *store, const char *verb, const char *said, __u64 generation,
		    struct sw_error *error)
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
	sw_db_bind_person(statement, 2, &person);
	sqlite3_bind_text(statement, 4, verb, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, said ?: sw_command_line(arguments, sizeof(arguments)), -1,
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
		.generation = sqlite3_column_int64(statement, 6),
	};
	sw_db_person(statement, 2, &out->person);
	sw_db_text(statement, 4, out->verb, sizeof(out->verb));
	sw_db_text(statement, 5, out->arguments, sizeof(out->arguments));
}

struct visit {
	int (*visit)(void *ctx, const struct sw_audit *row);
	void *ctx;
};

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_audit row;

	read_row(statement, &row);
	return visit->visit(visit->ctx, &row);
}

int sw_audit_each(struct sw_store *store, unsigned count,
		  int (*visit)(void *ctx, const struct sw_audit *row), void *ctx,
		  struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT id, at, login_uid, name, verb, arguments, generation FROM audit "
			  "ORDER BY id DESC LIMIT ?",
			  count, visit_row, &(struct visit){ visit, ctx }, error);
}
