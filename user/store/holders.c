// SPDX-License-Identifier: GPL-2.0
#include "store/holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/db.h"
#include "store/holders_key.h"

enum {
	FIND,
	INSERT,
	UPDATE,
	LENGTH,
	END_ALL,
	STATEMENTS,
};

#define ALL_END                                                                                    \
	"UPDATE holding SET until = ?3 WHERE nas = ?1 AND nas <> '' AND source = ?2 "              \
	"AND until IS NULL AND since < ?3"

static const char *const sql[STATEMENTS] = {
	[FIND] = "SELECT since, until, account, session FROM holding WHERE " SW_HOLDING_KEY
		 " AND source = ?5 ORDER BY since DESC LIMIT 1",
	[INSERT] = "INSERT OR REPLACE INTO holding (address, length, port_first, port_last, source,"
		   " since, until, seen, account, session, nas) "
		   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[UPDATE] = "UPDATE holding SET until = ?7, seen = ?8 WHERE " SW_HOLDING_KEY
		   " AND source = ?5 AND since = ?6",
	[LENGTH] = "INSERT OR IGNORE INTO holding_length VALUES (?1, ?2)",
	[END_ALL] = ALL_END,
};

struct sw_holders {
	struct sw_store *store;
	const char *source;
	__s64 pass;
	sqlite3_stmt *statement[STATEMENTS];
	bool known[2][129]; /* lengths that are in the table, by family */
};

/* The last that has it. */
struct latest {
	bool found;
	__s64 since, until;
	bool same; /* account and session */
};

/* A million rows are put in their place in one go. */
#define CACHE "PRAGMA cache_size = -32768"

int sw_holders_open(struct sw_store *store, const char *source, __s64 pass, struct sw_holders **out,
		    struct sw_error *error)
{
	struct sw_holders *holders = calloc(1, sizeof(*holders));
	int i, err;

	*out = NULL;
	if (!holders)
		return -ENOMEM;
	holders->store = store;
	holders->source = source;
	holders->pass = pass;
	err = sw_db_run(store, CACHE, error);
	for (i = 0; i < STATEMENTS && !err; i++)
		err = sw_db_prepare(store, sql[i], &holders->statement[i], error);
	if (err)
		sw_holders_close(holders);
	else
		*out = holders;
	return err;
}

void sw_holders_close(struct sw_holders *holders)
{
	int i;

	if (!holders)
		return;
	for (i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(holders->statement[i]);
	free(holders);
}

static void bind(struct sw_holders *holders, int which, const struct sw_held *held)
{
	sqlite3_stmt *statement = holders->statement[which];

	sw_holding_bind(statement, &held->prefix);
	sqlite3_bind_int(statement, 3, held->port_first);
	sqlite3_bind_int(statement, 4, held->port_last);
	sqlite3_bind_text(statement, 5, holders->source, -1, SQLITE_STATIC);
}

static bool is_text(sqlite3_stmt *statement, int column, const char *text)
{
	const char *found = (const char *)sqlite3_column_text(statement, column);

	return found && !strcmp(found, text);
}

static int find(struct sw_holders *holders, const struct sw_held *held, struct latest *out,
		struct sw_error *error)
{
	sqlite3_stmt *statement = holders->statement[FIND];
	int err;

	bind(holders, FIND, held);
	err = sw_db_step(holders->store, statement, error);
	*out = (struct latest){ .found = err == SW_DB_ROW };
	if (out->found) {
		out->since = sqlite3_column_int64(statement, 0);
		out->until = sw_db_end(statement, 1);
		out->same = is_text(statement, 2, held->account) &&
			    is_text(statement, 3, held->session);
		if (held->ends && !held->account[0])
			out->same = true;
	}
	sqlite3_reset(statement);
	return err < 0 ? err : 0;
}

static int set_end(struct sw_holders *holders, const struct sw_held *held, __s64 since, __s64 until,
		   struct sw_error *error)
{
	sqlite3_stmt *statement = holders->statement[UPDATE];

	bind(holders, UPDATE, held);
	sqlite3_bind_int64(statement, 6, since);
	sw_db_bind_end(statement, 7, until);
	sqlite3_bind_int64(statement, 8, holders->pass);
	return sw_db_step_reset(holders->store, statement, error);
}

static int know_length(struct sw_holders *holders, const struct sw_prefix *prefix,
		       struct sw_error *error)
{
	bool *known = &holders->known[prefix->family == SW_IPV6][prefix->length];
	sqlite3_stmt *statement = holders->statement[LENGTH];
	int err;

	if (*known)
		return 0;
	sqlite3_bind_int(statement, 1, sw_family_bits(prefix->family) / 8);
	sqlite3_bind_int(statement, 2, prefix->length);
	err = sw_db_step_reset(holders->store, statement, error);
	*known = !err;
	return err;
}

static int insert(struct sw_holders *holders, const struct sw_held *held, __s64 since,
		  struct sw_error *error)
{
	sqlite3_stmt *statement = holders->statement[INSERT];
	int err;

	bind(holders, INSERT, held);
	sqlite3_bind_int64(statement, 6, since);
	sw_db_bind_end(statement, 7, held->until_ms);
	sqlite3_bind_int64(statement, 8, holders->pass);
	sqlite3_bind_text(statement, 9, held->account, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 10, held->session, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 11, held->nas, -1, SQLITE_STATIC);
	err = sw_db_step_reset(holders->store, statement, error);
	return err ? err : know_length(holders, &held->prefix, error);
}

/* He who has it says so again. An end that was told is not undone by what is older. */
static int go_on(struct sw_holders *holders, const struct sw_held *held,
		 const struct latest *latest, struct sw_error *error)
{
	__s64 until = held->until_ms;

	if (held->at_ms < latest->since)
		return 0;
	if (until == SW_FOREVER_MS && held->at_ms <= latest->until)
		until = latest->until;
	if (until == latest->until && !holders->pass)
		return 0;
	return set_end(holders, held, latest->since, until, error);
}

/* Another has it now, and the one before has it no more, whatever was said of his end. */
static int take_over(struct sw_holders *holders, const struct sw_held *held,
		     const struct latest *latest, struct sw_error *error)
{
	__s64 since = held->since_ms > latest->since ? held->since_ms : held->at_ms;
	int err = 0;

	if (held->at_ms < latest->since)
		return 0;
	if (since > latest->since && since < latest->until)
		err = set_end(holders, held, latest->since, since, error);
	return err ? err : insert(holders, held, since, error);
}

/* What began in the same second, which is all that its time tells, came behind. */
static int end_all(struct sw_holders *holders, const struct sw_held *held, struct sw_error *error)
{
	sqlite3_stmt *statement = holders->statement[END_ALL];

	sqlite3_bind_text(statement, 1, held->nas, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, holders->source, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, held->at_ms);
	return sw_db_step_reset(holders->store, statement, error);
}

/* A list that names all says what is so now, though its file be older than the one before, as
 * when yesterday's is put back; or the clock may have been set back. */
static struct sw_held as_of_now(const struct sw_holders *holders, const struct sw_held *told,
				const struct latest *latest)
{
	bool ended = latest->until != SW_FOREVER_MS;
	__s64 known = ended ? latest->until + 1 : latest->since;
	struct sw_held held = *told;

	if (!holders->pass || !latest->found || held.at_ms >= known)
		return held;
	held.at_ms = holders->pass > known ? holders->pass : known;
	held.since_ms = held.at_ms;
	return held;
}

int sw_holders_put(struct sw_holders *holders, const struct sw_held *told, struct sw_error *error)
{
	struct sw_held now;
	const struct sw_held *held = &now;
	struct latest latest;
	int err;

	if (told->all)
		return end_all(holders, told, error);
	err = find(holders, told, &latest, error);
	if (err)
		return err;
	now = as_of_now(holders, told, &latest);
	if (held->ends) {
		if (!latest.found || !latest.same || held->at_ms < latest.since ||
		    held->at_ms >= latest.until)
			return 0;
		return set_end(holders, held, latest.since, held->at_ms, error);
	}
	if (!latest.found)
		return insert(holders, held, held->since_ms, error);
	if (latest.same && held->since_ms <= latest.until)
		return go_on(holders, held, &latest, error);
	return take_over(holders, held, &latest, error);
}

/* One statement, with a name for its first place and numbers for the others. */
static int run_on_source(struct sw_store *store, const char *text, const char *source,
			 const __s64 *number, int numbers, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int i, err = sw_db_prepare(store, text, &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, source, -1, SQLITE_STATIC);
		for (i = 0; i < numbers; i++)
			sqlite3_bind_int64(statement, i + 2, number[i]);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_holders_end_others(struct sw_holders *holders, __s64 at_ms, struct sw_error *error)
{
	return run_on_source(holders->store,
			     "UPDATE holding SET until = max(since, ?2) "
			     "WHERE source = ?1 AND until IS NULL AND seen <> ?3",
			     holders->source, (__s64[]){ at_ms, holders->pass }, 2, error);
}

int sw_holders_any(struct sw_holders *holders, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(holders->store,
				"SELECT 1 FROM holding WHERE source = ? AND until IS NULL LIMIT 1",
				&statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, holders->source, -1, SQLITE_STATIC);
		err = sw_db_step(holders->store, statement, error);
	}
	sqlite3_finalize(statement);
	return err < 0 ? err : err == SW_DB_ROW;
}

int sw_holders_end_source(struct sw_store *store, const char *source, __s64 at_ms,
			  struct sw_error *error)
{
	int err = run_on_source(store,
				"UPDATE holding SET until = max(since, ?2) "
				"WHERE source = ?1 AND (until IS NULL OR until > ?2)",
				source, &at_ms, 1, error);

	if (!err)
		err = sw_holders_forget_files(store, source, error);
	return err ? err
		   : run_on_source(store, "DELETE FROM holding_source WHERE name = ?1", source,
				   NULL, 0, error);
}

int sw_holders_forget_files(struct sw_store *store, const char *source, struct sw_error *error)
{
	return run_on_source(store, "DELETE FROM holding_file WHERE source = ?1", source, NULL, 0,
			     error);
}

int sw_holders_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error)
{
	return sw_db_run_with(store, "DELETE FROM holding WHERE until < ?", &before_ms, 1, error);
}
