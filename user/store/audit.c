// SPDX-License-Identifier: GPL-2.0
#include "store/audit.h"

#include <stdio.h>

#include "base/clock.h"
#include "store/db.h"

int sw_audit_write(struct sw_store *store, const struct sw_audit *row, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store,
				"INSERT INTO audit (at, login_uid, name, verb, arguments, "
				"generation) VALUES (?, ?, ?, ?, ?, ?)",
				&statement, error);

	if (err)
		return err;
	sqlite3_bind_int64(statement, 1, row->at_ms);
	sw_db_bind_person(statement, 2, &row->person);
	sqlite3_bind_text(statement, 4, row->verb, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 5, row->arguments, -1, SQLITE_STATIC);
	if (row->generation)
		sqlite3_bind_int64(statement, 6, row->generation);
	err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	return err;
}

int sw_audit_add(struct sw_store *store, const char *verb, __u64 generation, struct sw_error *error)
{
	return sw_audit_add_as(store, verb, NULL, generation, error);
}

int sw_audit_add_as(struct sw_store *store, const char *verb, const char *said, __u64 generation,
		    struct sw_error *error)
{
	struct sw_audit row = { .at_ms = sw_wall_ms(), .generation = generation };

	sw_person_self(&row.person);
	snprintf(row.verb, sizeof(row.verb), "%s", verb);
	if (said)
		snprintf(row.arguments, sizeof(row.arguments), "%s", said);
	else
		sw_command_line(row.arguments, sizeof(row.arguments));
	return sw_audit_write(store, &row, error);
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
