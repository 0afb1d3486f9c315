// SPDX-License-Identifier: GPL-2.0
#include "store/notice_receivers.h"

#include <stdio.h>

#include "store/cases_rows.h"
#include "store/db.h"

#define COLUMNS "SELECT name, seen, failures, until, error FROM notice_receiver "

static void read_row(sqlite3_stmt *statement, struct sw_notice_receiver_state *out)
{
	*out = (struct sw_notice_receiver_state){
		.seen = sqlite3_column_int64(statement, 1),
		.failures = sqlite3_column_int(statement, 2),
		.until_ms = sqlite3_column_int64(statement, 3),
	};
	sw_db_text(statement, 0, out->name, sizeof(out->name));
	sw_db_text(statement, 4, out->error, sizeof(out->error));
}

int sw_notice_receiver_seen(struct sw_store *store, const char *name, __s64 seen,
			    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    "INSERT INTO notice_receiver VALUES (?1, ?2, 0, 0, '') "
			    "ON CONFLICT DO UPDATE SET seen = ?2",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, seen);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_notice_receiver_get(struct sw_store *store, const char *name,
			   struct sw_notice_receiver_state *out, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, COLUMNS "WHERE name = ?", &statement, error);

	*out = (struct sw_notice_receiver_state){ 0 };
	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		read_row(statement, out);
	sqlite3_finalize(statement);
	if (err)
		return err < 0 ? err : 0;
	snprintf(out->name, sizeof(out->name), "%s", name);
	err = sw_cases_newest(store, &out->seen, error);
	return err ? err : sw_notice_receiver_seen(store, name, out->seen, error);
}

int sw_notice_receiver_went(struct sw_store *store, const struct sw_notice_receiver_state *state,
			    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    "UPDATE notice_receiver SET failures = ?2, until = ?3, error = ?4 "
			    "WHERE name = ?1",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, state->name, -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 2, state->failures);
		sqlite3_bind_int64(statement, 3, state->until_ms);
		sqlite3_bind_text(statement, 4, state->error, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

static int run_on(struct sw_store *store, const char *sql, const char *name, __s64 number,
		  struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, sql, &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, number);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_notice_receiver_leaves(struct sw_store *store, const char *name, __s64 now_ms,
			      struct sw_error *error)
{
	int err = run_on(store,
			 "UPDATE notice SET state = 2, ended = ?2, "
			 "error = 'the receiver is configured no more' "
			 "WHERE receiver = ?1 AND state = 0",
			 name, now_ms, error);

	return err ? err
		   : run_on(store, "DELETE FROM notice_receiver WHERE name = ?1 AND ?2 > 0", name,
			    now_ms, error);
}

struct receivers {
	int (*visit)(void *ctx, const struct sw_notice_receiver_state *state);
	void *ctx;
};

static int visit_receiver(void *ctx, sqlite3_stmt *statement)
{
	const struct receivers *receivers = ctx;
	struct sw_notice_receiver_state state;

	read_row(statement, &state);
	return receivers->visit(receivers->ctx, &state);
}

int sw_notice_receivers_each(struct sw_store *store,
			     int (*visit)(void *ctx, const struct sw_notice_receiver_state *state),
			     void *ctx, struct sw_error *error)
{
	return sw_db_each(store, COLUMNS "WHERE ?1 IS NOT NULL ORDER BY name", 0, visit_receiver,
			  &(struct receivers){ visit, ctx }, error);
}

struct news {
	int (*visit)(void *ctx, const struct sw_case_news *news);
	void *ctx;
	unsigned most;
};

static int visit_news(void *ctx, sqlite3_stmt *statement)
{
	struct news *news = ctx;
	struct sw_case_news line = {
		.line = sqlite3_column_int64(statement, 0),
		.case_id = sqlite3_column_int64(statement, 1),
		.at_ms = sqlite3_column_int64(statement, 2),
	};

	if (!news->most--)
		return 1;
	sw_db_text(statement, 3, line.what, sizeof(line.what));
	return news->visit(news->ctx, &line);
}

int sw_cases_news(struct sw_store *store, __s64 seen, unsigned most,
		  int (*visit)(void *ctx, const struct sw_case_news *news), void *ctx,
		  struct sw_error *error)
{
	struct news news = { visit, ctx, most };
	int err =
		sw_db_each(store,
			   "SELECT id, case_id, at, what FROM case_event WHERE id > ? AND what IN "
			   "('opened', 'graver', 'relapse', 'reopened', 'closed') ORDER BY id",
			   seen, visit_news, &news, error);

	return err < 0 ? err : 0;
}

static int take_number(void *ctx, sqlite3_stmt *statement)
{
	*(__s64 *)ctx = sqlite3_column_int64(statement, 0);
	return 0;
}

int sw_cases_newest(struct sw_store *store, __s64 *line, struct sw_error *error)
{
	*line = 0;
	return sw_db_each(store, "SELECT max(id) FROM case_event WHERE id > ?", 0, take_number,
			  line, error);
}

int sw_case_told(struct sw_store *store, __s64 case_id, __s64 at_ms, const char *receiver,
		 const char *text, struct sw_error *error)
{
	return sw_case_event(store, case_id, at_ms, "notice", receiver, text, error);
}

int sw_alarm_set(struct sw_store *store, const char *name, bool on, __s64 now_ms,
		 struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    on ? "INSERT OR IGNORE INTO alarm (name, since) VALUES (?1, ?2)"
			       : "DELETE FROM alarm WHERE name = ?1 AND ?2 > 0",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, now_ms);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err ? err : on && sqlite3_changes(store->db);
}
