// SPDX-License-Identifier: GPL-2.0
#include "store/holders_source.h"

#include "store/db.h"

int sw_holders_file_get(struct sw_store *store, const char *source, const char *path,
			struct sw_holders_file *out, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    "SELECT device, inode, offset, size, modified FROM holding_file "
			    "WHERE source = ? AND path = ?",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, source, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, path, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		*out = (struct sw_holders_file){
			.device = sqlite3_column_int64(statement, 0),
			.inode = sqlite3_column_int64(statement, 1),
			.offset = sqlite3_column_int64(statement, 2),
			.size = sqlite3_column_int64(statement, 3),
			.modified_ns = sqlite3_column_int64(statement, 4),
		};
	sqlite3_finalize(statement);
	return err;
}

int sw_holders_file_put(struct sw_store *store, const char *source, const char *path,
			const struct sw_holders_file *file, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    "INSERT OR REPLACE INTO holding_file VALUES (?, ?, ?, ?, ?, ?, ?)",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, source, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, path, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, file->device);
		sqlite3_bind_int64(statement, 4, file->inode);
		sqlite3_bind_int64(statement, 5, file->offset);
		sqlite3_bind_int64(statement, 6, file->size);
		sqlite3_bind_int64(statement, 7, file->modified_ns);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

#define COLUMNS "SELECT name, about, checked, records, bad, error FROM holding_source "

static void read_source(sqlite3_stmt *statement, struct sw_holders_source *out)
{
	*out = (struct sw_holders_source){
		.checked_ms = sqlite3_column_int64(statement, 2),
		.records = sqlite3_column_int64(statement, 3),
		.bad = sqlite3_column_int64(statement, 4),
	};
	sw_db_text(statement, 0, out->name, sizeof(out->name));
	sw_db_text(statement, 1, out->about, sizeof(out->about));
	sw_db_text(statement, 5, out->error.text, sizeof(out->error.text));
}

int sw_holders_source_get(struct sw_store *store, const char *name, struct sw_holders_source *out,
			  struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, COLUMNS "WHERE name = ?", &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		read_source(statement, out);
	sqlite3_finalize(statement);
	return err;
}

int sw_holders_source_put(struct sw_store *store, const struct sw_holders_source *source,
			  struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    "INSERT OR REPLACE INTO holding_source VALUES (?, ?, ?, ?, ?, ?)",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, source->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, source->about, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, source->checked_ms);
		sqlite3_bind_int64(statement, 4, source->records);
		sqlite3_bind_int64(statement, 5, source->bad);
		sqlite3_bind_text(statement, 6, source->error.text, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

struct visit {
	int (*visit)(void *ctx, const struct sw_holders_source *source);
	void *ctx;
};

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_holders_source source;

	read_source(statement, &source);
	return visit->visit(visit->ctx, &source);
}

int sw_holders_sources(struct sw_store *store,
		       int (*visit)(void *ctx, const struct sw_holders_source *source), void *ctx,
		       struct sw_error *error)
{
	return sw_db_each(store, COLUMNS "WHERE ?1 IS NOT NULL ORDER BY name", 0, visit_row,
			  &(struct visit){ visit, ctx }, error);
}
