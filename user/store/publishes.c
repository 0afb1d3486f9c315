// SPDX-License-Identifier: GPL-2.0
#include "store/publishes.h"

#include <errno.h>
#include <stdlib.h>

#include "store/db.h"

#define KEPT 1000

static int add_feeds(struct sw_store *store, __s64 id, const struct sw_publish *publish,
		     struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int err;

	err = sw_db_prepare(store, "INSERT INTO publish_feed VALUES (?, ?, ?, ?, ?, ?)", &statement,
			    error);
	for (i = 0; i < publish->feeds && !err; i++) {
		const struct sw_publish_feed *feed = &publish->feed[i];

		sqlite3_bind_int64(statement, 1, id);
		sqlite3_bind_text(statement, 2, feed->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 3, feed->kind, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 4, feed->entries);
		sqlite3_bind_int64(statement, 5, feed->added);
		sqlite3_bind_int64(statement, 6, feed->removed);
		err = sw_db_step_reset(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

static int forget_before(struct sw_store *store, __s64 id, struct sw_error *error)
{
	static const char *const sql[] = {
		"DELETE FROM publish WHERE id <= ?",
		"DELETE FROM publish_feed WHERE publish <= ?",
	};
	sqlite3_stmt *statement;
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++) {
		statement = NULL;
		err = sw_db_prepare(store, sql[i], &statement, error);
		if (!err) {
			sqlite3_bind_int64(statement, 1, id);
			err = sw_db_step(store, statement, error);
		}
		sqlite3_finalize(statement);
	}
	return err;
}

int sw_publishes_add(struct sw_store *store, const struct sw_publish *publish,
		     struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	__s64 id;
	int err;

	err = sw_db_prepare(store,
			    "INSERT INTO publish (generation, base, at, login_uid, name, arguments) "
			    "VALUES (?, ?, ?, ?, ?, ?)",
			    &statement, error);
	if (err)
		return err;
	sqlite3_bind_int64(statement, 1, publish->generation);
	sqlite3_bind_int64(statement, 2, publish->base);
	sqlite3_bind_int64(statement, 3, publish->at_ms);
	if (publish->person.login_uid != SW_NO_UID)
		sqlite3_bind_int64(statement, 4, publish->person.login_uid);
	sqlite3_bind_text(statement, 5, publish->person.name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 6, publish->arguments, -1, SQLITE_STATIC);
	err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	if (err)
		return err;
	id = sqlite3_last_insert_rowid(store->db);
	err = add_feeds(store, id, publish, error);
	return err ? err : forget_before(store, id - KEPT, error);
}

static int read_feeds(struct sw_store *store, struct sw_publish *publish, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	struct sw_publish_feed *grown;
	int err;

	err = sw_db_prepare(store,
			    "SELECT feed, kind, entries, added, removed FROM publish_feed "
			    "WHERE publish = ?",
			    &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, publish->id);
		err = sw_db_step(store, statement, error);
	}
	while (err == SW_DB_ROW) {
		grown = reallocarray(publish->feed, publish->feeds + 1, sizeof(*grown));
		if (!grown) {
			err = sw_fail(error, -ENOMEM, "%s: no memory", store->path);
			break;
		}
		publish->feed = grown;
		grown = &publish->feed[publish->feeds++];
		sw_db_text(statement, 0, grown->name, sizeof(grown->name));
		sw_db_text(statement, 1, grown->kind, sizeof(grown->kind));
		grown->entries = sqlite3_column_int64(statement, 2);
		grown->added = sqlite3_column_int64(statement, 3);
		grown->removed = sqlite3_column_int64(statement, 4);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

static void read_row(sqlite3_stmt *statement, struct sw_publish *out)
{
	*out = (struct sw_publish){
		.id = sqlite3_column_int64(statement, 0),
		.generation = sqlite3_column_int64(statement, 1),
		.base = sqlite3_column_int64(statement, 2),
		.at_ms = sqlite3_column_int64(statement, 3),
		.person.login_uid = SW_NO_UID,
	};
	if (sqlite3_column_type(statement, 4) != SQLITE_NULL)
		out->person.login_uid = sqlite3_column_int64(statement, 4);
	sw_db_text(statement, 5, out->person.name, sizeof(out->person.name));
	sw_db_text(statement, 6, out->arguments, sizeof(out->arguments));
}

int sw_publishes_each(struct sw_store *store, unsigned count,
		      int (*visit)(void *ctx, const struct sw_publish *publish), void *ctx,
		      struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	struct sw_publish publish;
	int err;

	err = sw_db_prepare(
		store,
		"SELECT id, generation, base, at, login_uid, name, arguments FROM publish "
		"ORDER BY id DESC LIMIT ?",
		&statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, count);
		err = sw_db_step(store, statement, error);
	}
	while (err == SW_DB_ROW) {
		read_row(statement, &publish);
		err = read_feeds(store, &publish, error);
		if (!err)
			err = visit(ctx, &publish);
		free(publish.feed);
		if (!err)
			err = sw_db_step(store, statement, error);
		else if (err > 0)
			break;
	}
	sqlite3_finalize(statement);
	return err;
}
