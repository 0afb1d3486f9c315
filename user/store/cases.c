// SPDX-License-Identifier: GPL-2.0
#include "store/cases.h"

#include <stdio.h>
#include <string.h>

#include "store/cases_rows.h"
#include "store/subscribers.h"

#define SET_BACK_MS 60000

struct joining {
	struct sw_store *store;
	const struct sw_signal *signal;
	__s64 now_ms;
	char address[SW_PREFIX_TEXT];
	char who[SW_ACCOUNT_MAX + 16]; /* what there is one case of */
	struct sw_case found;
	bool news;	/* this signal has none like it in the case yet */
	__u64 more;	/* what it has been counted since */
	__s64 first_ms; /* of that which is his */
	struct sw_error *error;
};

/* 1: what is said of all that was done at the address is, in part, of somebody else who had it
 * then. It is not held against the one who has it now. */
static int is_of_another(struct joining *j, const struct sw_subscriber *now)
{
	struct sw_subscriber before;
	int known;

	if (now->since_ms <= j->first_ms)
		return 0;
	known = sw_subscriber_at(j->store, &j->signal->address, SW_ANY_PORT, j->first_ms, &before,
				 j->error);
	if (known <= 0 || !strcmp(before.account, now->account))
		return known < 0 ? known : 0;
	j->first_ms = now->since_ms;
	return j->signal->whole;
}

/* Several who share an address are not told apart without a port. 1: it is nobody's. */
static int find_who(struct joining *j)
{
	struct sw_subscriber subscriber;
	int known = sw_subscriber_at(j->store, &j->signal->address, SW_ANY_PORT, j->signal->last_ms,
				     &subscriber, j->error);

	if (known < 0)
		return known;
	sw_prefix_format(&j->signal->address, j->address);
	j->found = (struct sw_case){ 0 };
	j->first_ms = j->signal->first_ms;
	if (known && !subscriber.shared) {
		memcpy(j->found.account, subscriber.account, sizeof(j->found.account));
		snprintf(j->who, sizeof(j->who), "account:%s", subscriber.account);
		return is_of_another(j, &subscriber);
	} else {
		snprintf(j->who, sizeof(j->who), "address:%s", j->address);
	}
	return 0;
}

static int open_case(struct joining *j)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_keep(j->store,
			 "INSERT INTO cases (who, account, address, state, severity, opened, first, "
			 "last, why, count, sentence) VALUES (?, ?, ?, 0, ?, ?, ?, ?, '', 0, ?)",
			 &statement, j->error);
	if (!err) {
		sqlite3_bind_text(statement, 1, j->who, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, j->found.account, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 3, j->address, -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 4, j->signal->severity);
		sqlite3_bind_int64(statement, 5, j->now_ms);
		sqlite3_bind_int64(statement, 6, j->first_ms);
		sqlite3_bind_int64(statement, 7, j->signal->last_ms);
		sqlite3_bind_text(statement, 8, j->signal->sentence, -1, SQLITE_STATIC);
		err = sw_db_step(j->store, statement, j->error);
	}
	sw_db_done(statement);
	j->found.id = sqlite3_last_insert_rowid(j->store->db);
	j->found.opened_ms = j->now_ms;
	j->found.severity = j->signal->severity;
	memcpy(j->found.sentence, j->signal->sentence, sizeof(j->found.sentence));
	return err ? err
		   : sw_case_event(j->store, j->found.id, j->now_ms, "opened", "",
				   j->signal->sentence, j->error);
}

/* What was counted of this kind and address by now, in this case or in that of whoever had the
 * address before. A count that is less than it was has begun anew. */
static int find_signal(struct joining *j)
{
	sqlite3_stmt *statement = NULL;
	__s64 last_ms = 0;
	__u64 counted = 0;
	int err;

	err = sw_db_keep(j->store,
			 "SELECT counted, case_id, last FROM case_signal "
			 "WHERE address = ? AND kind = ? ORDER BY last DESC, case_id = ? DESC",
			 &statement, j->error);
	if (!err) {
		sqlite3_bind_text(statement, 1, j->address, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, j->signal->kind, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, j->found.id);
		err = sw_db_step(j->store, statement, j->error);
	}
	j->news = true;
	if (err == SW_DB_ROW) {
		counted = sqlite3_column_int64(statement, 0);
		last_ms = sqlite3_column_int64(statement, 2);
	}
	for (; err == SW_DB_ROW && j->news; err = sw_db_step(j->store, statement, j->error))
		j->news = sqlite3_column_int64(statement, 1) != j->found.id;
	if (j->news && last_ms > j->first_ms && last_ms <= j->signal->last_ms)
		j->first_ms = last_ms;
	sw_db_done(statement);
	j->more = j->signal->count - (j->signal->count >= counted ? counted : 0);
	return err < 0 ? err : 0;
}

static int put_signal(struct joining *j)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_keep(
		j->store,
		"INSERT INTO case_signal (case_id, kind, address, severity, sentence, peer, feed, "
		"first, last, count, counted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
		"ON CONFLICT DO UPDATE SET severity = ?4, sentence = ?5, last = max(last, ?9), "
		"peer = CASE ?6 WHEN '' THEN peer ELSE ?6 END, "
		"feed = CASE ?7 WHEN '' THEN feed ELSE ?7 END, count = count + ?10, counted = ?11",
		&statement, j->error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, j->found.id);
		sqlite3_bind_text(statement, 2, j->signal->kind, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 3, j->address, -1, SQLITE_STATIC);
		sqlite3_bind_int(statement, 4, j->signal->severity);
		sqlite3_bind_text(statement, 5, j->signal->sentence, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 6, j->signal->peer, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 7, j->signal->feed, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 8, j->first_ms);
		sqlite3_bind_int64(statement, 9, j->signal->last_ms);
		sqlite3_bind_int64(statement, 10, j->more);
		sqlite3_bind_int64(statement, 11, j->signal->count);
		err = sw_db_step(j->store, statement, j->error);
	}
	sw_db_done(statement);
	if (err || !j->news)
		return err;
	return sw_case_event(j->store, j->found.id, j->first_ms, "signal", "", j->signal->sentence,
			     j->error);
}

/* Most of them say the same once more, by which no index but that of the last changes. */
static int count_on(struct joining *j)
{
	sqlite3_stmt *statement = NULL;
	int err;

	err = sw_db_keep(j->store,
			 "UPDATE cases SET last = max(last, ?2), first = min(first, ?3), "
			 "count = count + ?4 WHERE id = ?1",
			 &statement, j->error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, j->found.id);
		sqlite3_bind_int64(statement, 2, j->signal->last_ms);
		sqlite3_bind_int64(statement, 3, j->first_ms);
		sqlite3_bind_int64(statement, 4, j->more);
		err = sw_db_step(j->store, statement, j->error);
	}
	sw_db_done(statement);
	return err;
}

/* Severity and age of a case that was closed begin anew. */
static int join_case(struct joining *j)
{
	bool graver = j->signal->severity > j->found.severity;
	bool closed = j->found.state == SW_CASE_CLOSED;
	sqlite3_stmt *statement = NULL;
	int err;

	if (j->found.state == SW_CASE_OPEN && !graver && !strcmp(j->found.address, j->address))
		return count_on(j);
	err = sw_db_keep(
		j->store,
		"UPDATE cases SET state = 0, severity = ?2, opened = ?3, last = max(last, ?4), "
		"first = min(first, ?5), count = count + ?6, closed = NULL, why = '', address = ?7, "
		"sentence = ?8 WHERE id = ?1",
		&statement, j->error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, j->found.id);
		sqlite3_bind_int(statement, 2,
				 graver || closed ? j->signal->severity : j->found.severity);
		sqlite3_bind_int64(statement, 3, closed ? j->now_ms : j->found.opened_ms);
		sqlite3_bind_int64(statement, 4, j->signal->last_ms);
		sqlite3_bind_int64(statement, 5, j->first_ms);
		sqlite3_bind_int64(statement, 6, j->more);
		sqlite3_bind_text(statement, 7, j->address, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 8,
				  graver || closed ? j->signal->sentence : j->found.sentence, -1,
				  SQLITE_STATIC);
		err = sw_db_step(j->store, statement, j->error);
	}
	sw_db_done(statement);
	if (!err && graver && !closed)
		err = sw_case_event(j->store, j->found.id, j->now_ms, "graver", "",
				    j->signal->sentence, j->error);
	if (err || j->found.state == SW_CASE_OPEN)
		return err;
	return sw_case_event(j->store, j->found.id, j->now_ms, closed ? "relapse" : "active", "",
			     j->signal->sentence, j->error);
}

/* Whether it was told of before the case was closed, or is of then. A case that is closed a
 * while from now shows that the clock was set back, and times say nothing. */
static bool is_of_before(const struct joining *j)
{
	return j->found.state == SW_CASE_CLOSED && j->signal->last_ms <= j->found.closed_ms &&
	       j->found.closed_ms <= j->now_ms + SET_BACK_MS;
}

int sw_cases_signal(struct sw_store *store, const struct sw_signal *signal, __s64 now_ms,
		    struct sw_error *error)
{
	struct joining j = {
		.store = store,
		.signal = signal,
		.now_ms = now_ms,
		.error = error,
	};
	struct sw_case found;
	int known, err = find_who(&j);

	if (err)
		return err < 0 ? err : 0;
	known = sw_case_row_find(store, SW_CASE_COLUMNS "WHERE who = ?", j.who, &found, error);
	if (known < 0)
		return known;
	if (known)
		j.found = found;
	err = find_signal(&j);
	if (err || !j.more)
		return err;
	err = known ? 0 : open_case(&j);
	if (err)
		return err;
	if (is_of_before(&j))
		return 0;
	err = put_signal(&j);
	return err ? err : join_case(&j);
}

static int turn(struct sw_store *store, const char *event, const char *update, __s64 now_ms,
		__s64 before_ms, struct sw_error *error)
{
	const __s64 number[] = { now_ms, before_ms };
	int err = sw_db_run_with(store, event, number, 2, error);

	return err ? err : sw_db_run_with(store, update, number, 2, error);
}

#define FORGOTTEN "(SELECT id FROM cases WHERE state = 2 AND closed < ?)"

int sw_cases_silence(struct sw_store *store, const struct sw_case_times *times, __s64 now_ms,
		     struct sw_error *error)
{
	__s64 quiet_ms = now_ms - times->quiet_ms, forget_ms = now_ms - times->keep_ms;
	int err;

	err = turn(store,
		   "INSERT INTO case_event (case_id, at, what, name, text) "
		   "SELECT id, ?1, 'closed', '', 'silence' FROM cases WHERE state = 1 AND last < ?2",
		   "UPDATE cases SET state = 2, closed = ?1, why = 'silence' "
		   "WHERE state = 1 AND last < ?2",
		   now_ms, quiet_ms - times->close_ms, error);
	if (!err)
		err = turn(store,
			   "INSERT INTO case_event (case_id, at, what, name, text) "
			   "SELECT id, ?1, 'quiet', '', '' FROM cases WHERE state = 0 AND last < ?2 "
			   "AND opened < ?2",
			   "UPDATE cases SET state = 1 WHERE state = 0 AND last < ?2 "
			   "AND opened < ?2 AND ?1 > 0",
			   now_ms, quiet_ms, error);
	if (!err)
		err = sw_db_run_with(store, "DELETE FROM case_event WHERE case_id IN " FORGOTTEN,
				     &forget_ms, 1, error);
	if (!err)
		err = sw_db_run_with(store, "DELETE FROM case_signal WHERE case_id IN " FORGOTTEN,
				     &forget_ms, 1, error);
	return err ? err
		   : sw_db_run_with(store, "DELETE FROM cases WHERE state = 2 AND closed < ?",
				    &forget_ms, 1, error);
}
