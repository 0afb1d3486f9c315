// SPDX-License-Identifier: GPL-2.0
#include "store/notices.h"

#include <errno.h>
#include <string.h>

#include "store/db.h"

const char *sw_notice_state_name(enum sw_notice_state state)
{
	switch (state) {
	case SW_NOTICE_WAITING:
		return "waiting";
	case SW_NOTICE_SENT:
		return "sent";
	case SW_NOTICE_FAILED:
		return "failed";
	case SW_NOTICE_REPLACED:
		return "replaced";
	case SW_NOTICE_STATES:
		break;
	}
	return "unknown";
}

#define COLUMNS                                                                                     \
	"SELECT id, receiver, event, severity, subject, case_id, at, due, state, attempts, ended, " \
	"told, error, document FROM notice "

static void read_row(sqlite3_stmt *statement, struct sw_notice *out)
{
	*out = (struct sw_notice){
		.id = sqlite3_column_int64(statement, 0),
		.severity = sqlite3_column_int(statement, 3),
		.case_id = sqlite3_column_int64(statement, 5),
		.at_ms = sqlite3_column_int64(statement, 6),
		.due_ms = sqlite3_column_int64(statement, 7),
		.state = sqlite3_column_int(statement, 8),
		.attempts = sqlite3_column_int(statement, 9),
		.ended_ms = sqlite3_column_int64(statement, 10),
	};
	sw_db_text(statement, 1, out->receiver, sizeof(out->receiver));
	sw_db_text(statement, 2, out->event, sizeof(out->event));
	sw_db_text(statement, 4, out->subject, sizeof(out->subject));
	sw_db_text(statement, 11, out->told, sizeof(out->told));
	sw_db_text(statement, 12, out->error, sizeof(out->error));
}

/* A statement of a receiver, a subject and two numbers, as many as it has places for. */
static int prepare(struct sw_store *store, const char *sql, const struct sw_notice *notice,
		   __s64 number, __s64 other, sqlite3_stmt **out, struct sw_error *error)
{
	int err = sw_db_prepare(store, sql, out, error), places;

	if (err)
		return err;
	places = sqlite3_bind_parameter_count(*out);
	sqlite3_bind_text(*out, 1, notice->receiver, -1, SQLITE_STATIC);
	if (places > 1)
		sqlite3_bind_text(*out, 2, notice->subject, -1, SQLITE_STATIC);
	if (places > 2)
		sqlite3_bind_int64(*out, 3, number);
	if (places > 3)
		sqlite3_bind_int64(*out, 4, other);
	return 0;
}

static int run(struct sw_store *store, const char *sql, const struct sw_notice *notice,
	       __s64 number, __s64 other, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = prepare(store, sql, notice, number, other, &statement, error);

	if (!err)
		err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	return err;
}

/* When the last about its subject was sent; 0: none was. */
static int find_last(struct sw_store *store, const struct sw_notice *notice, __s64 *last,
		     struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	*last = 0;
	err = prepare(store,
		      "SELECT max(ended) FROM notice WHERE receiver = ?1 AND subject = ?2 "
		      "AND state = 1",
		      notice, 0, 0, &statement, error);
	if (!err)
		err = sw_db_step(store, statement, error);
	if (err == SW_DB_ROW)
		*last = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

static int insert(struct sw_store *store, const struct sw_notice *notice, __s64 due_ms,
		  const char *document, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    "INSERT INTO notice (receiver, event, severity, subject, case_id, at, "
			    "due, state, attempts, ended, told, error, document) "
			    "VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '', '', ?)",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, notice->receiver, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, notice->event, -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 3, notice->severity);
		sqlite3_bind_text(statement, 4, notice->subject, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 5, notice->case_id);
		sqlite3_bind_int64(statement, 6, notice->at_ms);
		sqlite3_bind_int64(statement, 7, due_ms);
		sqlite3_bind_text(statement, 8, document, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_notice_put(struct sw_store *store, const struct sw_notice *notice, const char *document,
		  __s64 every_ms, struct sw_error *error)
{
	__s64 due_ms = notice->at_ms, last_ms;
	int err = 0;

	if (every_ms) {
		err = find_last(store, notice, &last_ms, error);
		if (!err && last_ms && last_ms + every_ms > due_ms && last_ms <= due_ms)
			due_ms = last_ms + every_ms;
		if (!err)
			err = run(store,
				  "UPDATE notice SET state = 3, ended = ?3 WHERE receiver = ?1 "
				  "AND subject = ?2 AND state = 0",
				  notice, notice->at_ms, 0, error);
	}
	return err ? err : insert(store, notice, due_ms, document, error);
}

int sw_notice_next(struct sw_store *store, const char *receiver, __s64 now_ms,
		   struct sw_notice *out, char **document, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_prepare(store,
			    COLUMNS "WHERE receiver = ? AND state = 0 AND due <= ? "
				    "ORDER BY case_id <> 0, severity DESC, attempts, due, id "
				    "LIMIT 1",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, receiver, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, now_ms);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW) {
		read_row(statement, out);
		*document = strdup((const char *)sqlite3_column_text(statement, 13) ?: "");
		if (!*document)
			err = -ENOMEM;
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_notice_tried(struct sw_store *store, const struct sw_notice *notice, __s64 every_ms,
		    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	/* One that was replaced meanwhile does not wait again. */
	err = sw_db_prepare(store,
			    "UPDATE notice SET due = ?2, "
			    "state = CASE WHEN state = 3 AND ?3 = 0 THEN 3 ELSE ?3 END, "
			    "attempts = ?4, ended = ?5, told = ?6, error = ?7 WHERE id = ?1",
			    &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, notice->id);
		sqlite3_bind_int64(statement, 2, notice->due_ms);
		sqlite3_bind_int(statement, 3, notice->state);
		sqlite3_bind_int(statement, 4, notice->attempts);
		sqlite3_bind_int64(statement, 5, notice->ended_ms);
		sqlite3_bind_text(statement, 6, notice->told, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 7, notice->error, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	if (err || notice->state != SW_NOTICE_SENT || !every_ms)
		return err;
	return run(store,
		   "UPDATE notice SET due = max(due, ?3) WHERE receiver = ?1 AND subject = ?2 "
		   "AND state = 0 AND id <> ?4",
		   notice, notice->ended_ms + every_ms, notice->id, error);
}

int sw_notices_waiting(struct sw_store *store, const char *receiver, __u64 *count, __s64 *due_ms,
		       struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	*count = 0;
	*due_ms = 0;
	err = sw_db_prepare(store,
			    "SELECT count(*), min(due) FROM notice WHERE receiver = ? "
			    "AND state = 0",
			    &statement, error);
	if (!err) {
		sqlite3_bind_text(statement, 1, receiver, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW) {
		*count = sqlite3_column_int64(statement, 0);
		*due_ms = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

struct visit {
	int (*visit)(void *ctx, const struct sw_notice *notice);
	void *ctx;
};

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_notice notice;

	read_row(statement, &notice);
	return visit->visit(visit->ctx, &notice);
}

int sw_notices_each(struct sw_store *store, bool all,
		    int (*visit)(void *ctx, const struct sw_notice *notice), void *ctx,
		    struct sw_error *error)
{
	return sw_db_each(store, COLUMNS "WHERE ?1 OR state IN (0, 2) ORDER BY id DESC", all,
			  visit_row, &(struct visit){ visit, ctx }, error);
}

int sw_notices_retry(struct sw_store *store, __s64 id, __s64 now_ms, __u64 *count,
		     struct sw_error *error)
{
	int err = sw_db_run_with(store,
				 "UPDATE notice SET state = 0, due = ?2, at = max(at, "
				 "CASE state WHEN 2 THEN ?2 ELSE at END), ended = 0 "
				 "WHERE state IN (0, 2) AND (?1 = 0 OR id = ?1)",
				 (__s64[]){ id, now_ms }, 2, error);

	*count = err ? 0 : sqlite3_changes(store->db);
	return err ? err : sw_db_run(store, "UPDATE notice_receiver SET until = 0", error);
}

int sw_notices_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error)
{
	return sw_db_run_with(store, "DELETE FROM notice WHERE state > 0 AND ended < ?", &before_ms,
			      1, error);
}
