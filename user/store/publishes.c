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

/* A feed that stays as it is has a time, too: at least that when it was seen first. */
static int note_changed(struct sw_store *store, const struct sw_publish *publish,
			struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int err;

	err = sw_db_prepare(store,
			    "INSERT INTO feed_changed VALUES (?1, ?2) ON CONFLICT (feed) DO "
			    "UPDATE SET at = ?2 WHERE ?3",
			    &statement, error);
	for (i = 0; i < publish->feeds && !err; i++) {
		const struct sw_publish_feed *feed = &publish->feed[i];

		sqlite3_bind_text(statement, 1, feed->name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, publish->at_ms);
		sqlite3_bind_int(statement, 3, feed->added || feed->removed);
		err = sw_db_step_reset(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

static int forget_before(struct sw_store *store, __s64 id, struct sw_error *error)
{
	int err = sw_db_run_with(store, "DELETE FROM publish WHERE id <= ?", &id, 1, error);

	return err ? err
		   : sw_db_run_with(store, "DELETE FROM publish_feed WHERE publish <= ?", &id, 1,
				    error);
}

int sw_publishes_add(struct sw_store *store, const struct sw_publish *publish,
		     struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	__s64 id;
	int err;

	err = sw_db_prepare(store,
			    "INSERT INTO publish (generation, base, at, login_uid, name, arguments, "
			    "monitor) VALUES (?, ?, ?, ?, ?, ?, ?)",
			    &statement, error);
	if (err)
		return err;
	sqlite3_bind_int64(statement, 1, publish->generation);
	sqlite3_bind_int64(statement, 2, publish->base);
	sqlite3_bind_int64(statement, 3, publish->at_ms);
	sw_db_bind_person(statement, 4, &publish->person);
	sqlite3_bind_text(statement, 6, publish->arguments, -1, SQLITE_STATIC);
	if (publish->monitor >= 0)
		sqlite3_bind_int(statement, 7, publish->monitor);
	err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	if (err)
		return err;
	id = sqlite3_last_insert_rowid(store->db);
	err = add_feeds(store, id, publish, error);
	if (!err)
		err = note_changed(store, publish, error);
	return err ? err : forget_before(store, id - KEPT, error);
}

struct visit {
	struct sw_store *store;
	int (*visit)(void *ctx, const struct sw_publish *publish);
	void *ctx;
	struct sw_error *error;
};

static int read_feed(void *ctx, sqlite3_stmt *statement)
{
	struct sw_publish *publish = ctx;
	struct sw_publish_feed *feed;

	feed = reallocarray(publish->feed, publish->feeds + 1, sizeof(*feed));
	if (!feed)
		return -ENOMEM;
	publish->feed = feed;
	feed = &publish->feed[publish->feeds++];
	sw_db_text(statement, 0, feed->name, sizeof(feed->name));
	sw_db_text(statement, 1, feed->kind, sizeof(feed->kind));
	feed->entries = sqlite3_column_int64(statement, 2);
	feed->added = sqlite3_column_int64(statement, 3);
	feed->removed = sqlite3_column_int64(statement, 4);
	return 0;
}

static int read_mode(sqlite3_stmt *statement, int column)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return -1;
	return sqlite3_column_int(statement, column);
}

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_publish publish = {
		.id = sqlite3_column_int64(statement, 0),
		.generation = sqlite3_column_int64(statement, 1),
		.base = sqlite3_column_int64(statement, 2),
		.at_ms = sqlite3_column_int64(statement, 3),
		.monitor = read_mode(statement, 7),
		.former = read_mode(statement, 8),
	};
	int err;

	sw_db_person(statement, 4, &publish.person);
	sw_db_text(statement, 6, publish.arguments, sizeof(publish.arguments));
	err = sw_db_each(visit->store,
			 "SELECT feed, kind, entries, added, removed FROM publish_feed "
			 "WHERE publish = ?",
			 publish.id, read_feed, &publish, visit->error);
	if (err == -ENOMEM)
		sw_fail(visit->error, err, "%s: no memory", visit->store->path);
	if (!err)
		err = visit->visit(visit->ctx, &publish);
	free(publish.feed);
	return err;
}

int sw_publishes_each(struct sw_store *store, unsigned count,
		      int (*visit)(void *ctx, const struct sw_publish *publish), void *ctx,
		      struct sw_error *error)
{
	return sw_db_each(
		store,
		"SELECT id, generation, base, at, login_uid, name, arguments, monitor, "
		"(SELECT before.monitor FROM publish AS before WHERE before.id < publish.id "
		"ORDER BY before.id DESC LIMIT 1) FROM publish ORDER BY id DESC LIMIT ?",
		count, visit_row, &(struct visit){ store, visit, ctx, error }, error);
}

struct changed {
	void (*visit)(void *ctx, const char *feed, __s64 at_ms);
	void *ctx;
};

static int visit_changed(void *ctx, sqlite3_stmt *statement)
{
	const struct changed *changed = ctx;
	struct sw_publish_feed feed;

	sw_db_text(statement, 0, feed.name, sizeof(feed.name));
	changed->visit(changed->ctx, feed.name, sqlite3_column_int64(statement, 1));
	return 0;
}

int sw_publishes_changed(struct sw_store *store,
			 void (*visit)(void *ctx, const char *feed, __s64 at_ms), void *ctx,
			 struct sw_error *error)
{
	struct changed changed = { visit, ctx };

	return sw_db_each(store, "SELECT feed, at FROM feed_changed WHERE at > ?", 0, visit_changed,
			  &changed, error);
}
