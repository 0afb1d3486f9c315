// SPDX-License-Identifier: GPL-2.0
#include "store/met.h"

#include <errno.h>
#include <stdlib.h>

#include "store/db.h"

#define DAY_MS 86400000LL

/* Of `side`. */
#define REMOTE 1
#define CALLED 2

struct sw_met_writer {
	struct sw_store *store;
	sqlite3_stmt *get, *reset, *put, *affected;
};

int sw_met_open(struct sw_store *store, bool anew, struct sw_met_writer **out,
		struct sw_error *error)
{
	struct sw_met_writer *writer = calloc(1, sizeof(*writer));
	int err = 0;

	*out = writer;
	if (!writer)
		return -ENOMEM;
	writer->store = store;
	if (anew)
		err = sw_db_run(store, "UPDATE met SET counted = 0", error);
	if (!err)
		err = sw_db_prepare(store, "SELECT max(counted) FROM met WHERE subject = ?",
				    &writer->get, error);
	if (!err)
		err = sw_db_prepare(store, "UPDATE met SET counted = 0 WHERE subject = ?",
				    &writer->reset, error);
	if (!err)
		err = sw_db_prepare(
			store,
			"INSERT INTO met VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
			"ON CONFLICT DO UPDATE SET last = max(last, ?6), dropped = "
			"coalesce(?7, dropped), side = side & ?4, count = count + ?8, counted = ?9",
			&writer->put, error);
	if (!err)
		err = sw_db_prepare(store,
				    "INSERT INTO affected VALUES (?1, ?2, ?3) "
				    "ON CONFLICT DO UPDATE SET how = how | ?3",
				    &writer->affected, error);
	return err;
}

void sw_met_close(struct sw_met_writer *writer)
{
	if (!writer)
		return;
	sqlite3_finalize(writer->get);
	sqlite3_finalize(writer->reset);
	sqlite3_finalize(writer->put);
	sqlite3_finalize(writer->affected);
	free(writer);
}

/* Looks up what was counted of the subject by now; *more is what has come since. */
static int count_more(struct sw_met_writer *writer, const struct sw_met *met, __u64 *more,
		      bool *known, struct sw_error *error)
{
	__u64 before = 0;
	int err;

	sw_db_bind_prefix(writer->get, 1, &met->subject);
	err = sw_db_step(writer->store, writer->get, error);
	*known = err == SW_DB_ROW && sqlite3_column_type(writer->get, 0) != SQLITE_NULL;
	if (*known)
		before = sqlite3_column_int64(writer->get, 0);
	sqlite3_reset(writer->get);
	*more = met->count - (met->count >= before ? before : 0);
	return err < 0 ? err : 0;
}

int sw_met_note(struct sw_met_writer *writer, const struct sw_met *met, struct sw_error *error)
{
	__u64 more;
	bool known;
	int err = count_more(writer, met, &more, &known, error);

	if (err || !more)
		return err;
	if (known) {
		sw_db_bind_prefix(writer->reset, 1, &met->subject);
		err = sw_db_step_reset(writer->store, writer->reset, error);
	}
	if (err)
		return err;
	sw_db_bind_prefix(writer->put, 1, &met->subject);
	sw_db_bind_prefix(writer->put, 2, &met->listed);
	sqlite3_bind_text(writer->put, 3, met->feed, -1, SQLITE_STATIC);
	sqlite3_bind_int(writer->put, 4, (met->remote ? REMOTE : 0) | (met->called ? CALLED : 0));
	sqlite3_bind_int64(writer->put, 5, known ? met->last_ms : met->first_ms);
	sqlite3_bind_int64(writer->put, 6, met->last_ms);
	if (met->dropped_ms)
		sqlite3_bind_int64(writer->put, 7, met->dropped_ms);
	else
		sqlite3_bind_null(writer->put, 7);
	sqlite3_bind_int64(writer->put, 8, more);
	sqlite3_bind_int64(writer->put, 9, met->count);
	return sw_db_step_reset(writer->store, writer->put, error);
}

int sw_affected_note(struct sw_met_writer *writer, __s64 at_ms, const struct sw_prefix *address,
		     int how, struct sw_error *error)
{
	sqlite3_bind_int64(writer->affected, 1, at_ms / DAY_MS);
	sw_db_bind_prefix(writer->affected, 2, address);
	sqlite3_bind_int(writer->affected, 3, how);
	return sw_db_step_reset(writer->store, writer->affected, error);
}

struct visit {
	int (*visit)(void *ctx, const struct sw_met *met);
	void *ctx;
};

static int visit_met(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_met met = {
		.remote = sqlite3_column_int(statement, 3) & REMOTE,
		.called = sqlite3_column_int(statement, 3) & CALLED,
		.first_ms = sqlite3_column_int64(statement, 4),
		.last_ms = sqlite3_column_int64(statement, 5),
		.dropped_ms = sqlite3_column_int64(statement, 6),
		.count = sqlite3_column_int64(statement, 7),
	};

	if (sw_db_prefix(statement, 0, &met.subject) || sw_db_prefix(statement, 1, &met.listed))
		return 0; /* somebody else wrote it */
	sw_db_text(statement, 2, met.feed, sizeof(met.feed));
	return visit->visit(visit->ctx, &met);
}

int sw_met_each(struct sw_store *store, __s64 since_ms,
		int (*visit)(void *ctx, const struct sw_met *met), void *ctx,
		struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT subject, listed, feed, side, first, last, dropped, count FROM met "
			  "WHERE last >= ? ORDER BY listed, subject",
			  since_ms, visit_met, &(struct visit){ visit, ctx }, error);
}

int sw_affected_count(struct sw_store *store, __s64 from_ms, __s64 to_ms, struct sw_affected *out,
		      struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	*out = (struct sw_affected){ 0 };
	err = sw_db_prepare(store,
			    "SELECT count(*), sum(blocked), sum(slowed), sum(dropped) FROM ("
			    "SELECT max(how & 1) AS blocked, max(how & 2) / 2 AS slowed, "
			    "max(how & 8) / 8 AS dropped FROM affected "
			    "WHERE day BETWEEN ? AND ? GROUP BY address)",
			    &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, from_ms / DAY_MS);
		sqlite3_bind_int64(statement, 2, to_ms / DAY_MS);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		*out = (struct sw_affected){
			.subscribers = sqlite3_column_int64(statement, 0),
			.blocked = sqlite3_column_int64(statement, 1),
			.slowed = sqlite3_column_int64(statement, 2),
			.dropped = sqlite3_column_int64(statement, 3),
		};
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

int sw_met_expire(struct sw_store *store, __s64 now_ms, struct sw_error *error)
{
	const __s64 before[] = { now_ms - SW_MET_KEPT_MS, SW_MET_MOST };
	const __s64 days[] = { (now_ms - SW_MET_KEPT_MS) / DAY_MS, SW_AFFECTED_MOST };
	int err;

	err = sw_db_run_with(store,
			     "DELETE FROM met WHERE last < max(?1, coalesce((SELECT last FROM met "
			     "ORDER BY last DESC LIMIT 1 OFFSET ?2), 0))",
			     before, 2, error);
	return err ? err
		   : sw_db_run_with(store,
				    "DELETE FROM affected WHERE day < max(?1, coalesce((SELECT day "
				    "FROM affected ORDER BY day DESC LIMIT 1 OFFSET ?2), 0))",
				    days, 2, error);
}
