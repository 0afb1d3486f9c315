// SPDX-License-Identifier: GPL-2.0
#include "store/schema.h"

#include <errno.h>
#include <stdio.h>

#include "store/db.h"

/*
 * What each version adds to the one before. A version that was published is
 * never changed. Times are milliseconds of Unix time; no end is NULL.
 *
 * list: `interval`, in nanoseconds, is the time between two bounces; 0: none is taken.
 *
 * zombie: `op` numbers the change that a row had last; changes up to the number
 * `settled` have reached the kernel. `lifted` rows go when theirs has.
 *
 * holding: who has a prefix, as a list of subscribers says; `seen` numbers the reading of
 * that list that said so last; `nas` is who gave it. holding_length: which lengths there are.
 *
 * cases: `who` is "account:" or "address:" and whom there is one case of. case_signal:
 * `counted` is what who counts said last, of which `count` is the sum over all times that
 * it began anew.
 *
 * hour: sums of an hour, which begins `at`, of the counters named. counted: what these
 * counters said last. affected: subscribers who had packets dropped, or would have had, by
 * day; `how` is SW_AFFECTED_. met: who dealt with what a feed lists; `dropped` is the last
 * time that it was enforced; `count` and `counted` are as in case_signal. serving: who
 * behaved like a mail server.
 *
 * notice: `document` is what there is to tell, as JSON; `subject` is what there is at most
 * one notice of in a time. notice_receiver: `seen` is the last line of case_event that was
 * made a notice of. alarm: what is wrong now, and was told.
 *
 * publish: `monitor` is 1 if nothing was dropped by it, NULL if that was not written down.
 *
 * listing: live zombies whose subscriber has no address now; `prefix` is the last one, which
 * was in one of length `had`.
 */
static const char *const versions[] = {
	"CREATE TABLE value (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE zombie ("
	" prefix TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER,"
	" origin TEXT NOT NULL, why TEXT NOT NULL,"
	" op INTEGER NOT NULL, lifted INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX zombie_until ON zombie (until);"
	"CREATE INDEX zombie_op ON zombie (op);"
	"CREATE TABLE audit ("
	" id INTEGER PRIMARY KEY, at INTEGER NOT NULL, login_uid INTEGER, name TEXT NOT NULL,"
	" verb TEXT NOT NULL, arguments TEXT NOT NULL, generation INTEGER);",

	"CREATE TABLE list ("
	" list TEXT NOT NULL, prefix TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,"
	" forced INTEGER NOT NULL, name TEXT NOT NULL, why TEXT NOT NULL,"
	" PRIMARY KEY (list, prefix)) WITHOUT ROWID;",

	"CREATE TABLE publish ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL, base INTEGER NOT NULL,"
	" at INTEGER NOT NULL, login_uid INTEGER, name TEXT NOT NULL, arguments TEXT NOT NULL);"
	"CREATE TABLE publish_feed ("
	" publish INTEGER NOT NULL, feed TEXT NOT NULL, kind TEXT NOT NULL,"
	" entries INTEGER NOT NULL, added INTEGER NOT NULL, removed INTEGER NOT NULL,"
	" PRIMARY KEY (publish, feed)) WITHOUT ROWID;",

	"CREATE TABLE feed_changed (feed TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO feed_changed SELECT feed, coalesce("
	" max(CASE WHEN added + removed > 0 THEN at END), min(at))"
	" FROM publish_feed JOIN publish ON id = publish GROUP BY feed;",

	"ALTER TABLE list ADD COLUMN interval INTEGER NOT NULL DEFAULT 0;",

	"CREATE TABLE holding ("
	" address BLOB NOT NULL, length INTEGER NOT NULL, port_first INTEGER NOT NULL,"
	" port_last INTEGER NOT NULL, source TEXT NOT NULL, since INTEGER NOT NULL,"
	" until INTEGER, seen INTEGER NOT NULL, account TEXT NOT NULL, session TEXT NOT NULL,"
	" PRIMARY KEY (address, length, port_first, port_last, source, since)) WITHOUT ROWID;"
	"CREATE INDEX holding_account ON holding (account);"
	"CREATE TABLE holding_length ("
	" bytes INTEGER NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (bytes, length)) "
	"WITHOUT ROWID;"
	"CREATE TABLE holding_file ("
	" source TEXT NOT NULL, path TEXT NOT NULL, device INTEGER NOT NULL,"
	" inode INTEGER NOT NULL, offset INTEGER NOT NULL, size INTEGER NOT NULL,"
	" modified INTEGER NOT NULL, PRIMARY KEY (source, path)) WITHOUT ROWID;"
	"CREATE TABLE holding_source ("
	" name TEXT PRIMARY KEY, about TEXT NOT NULL, checked INTEGER NOT NULL,"
	" records INTEGER NOT NULL, bad INTEGER NOT NULL, error TEXT NOT NULL) WITHOUT ROWID;",

	"CREATE TABLE cases ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT NOT NULL UNIQUE, account TEXT NOT NULL,"
	" address TEXT NOT NULL, state INTEGER NOT NULL, severity INTEGER NOT NULL,"
	" opened INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, closed INTEGER,"
	" why TEXT NOT NULL, count INTEGER NOT NULL, sentence TEXT NOT NULL);"
	"CREATE INDEX cases_rank ON cases (state, severity DESC, opened);"
	"CREATE INDEX cases_last ON cases (state, last);"
	"CREATE INDEX cases_account ON cases (account);"
	"CREATE TABLE case_signal ("
	" case_id INTEGER NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,"
	" severity INTEGER NOT NULL, sentence TEXT NOT NULL, peer TEXT NOT NULL,"
	" feed TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	" count INTEGER NOT NULL, counted INTEGER NOT NULL,"
	" PRIMARY KEY (case_id, kind, address)) WITHOUT ROWID;"
	"CREATE INDEX case_signal_address ON case_signal (address, last);"
	"CREATE TABLE case_event ("
	" id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, at INTEGER NOT NULL,"
	" what TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL);"
	"CREATE INDEX case_event_case ON case_event (case_id, at);",

	"CREATE TABLE hour ("
	" at INTEGER NOT NULL, what TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,"
	" PRIMARY KEY (at, what, name)) WITHOUT ROWID;"
	"CREATE TABLE counted ("
	" what TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,"
	" PRIMARY KEY (what, name)) WITHOUT ROWID;"
	"CREATE TABLE affected ("
	" day INTEGER NOT NULL, address TEXT NOT NULL, how INTEGER NOT NULL,"
	" PRIMARY KEY (day, address)) WITHOUT ROWID;"
	"CREATE TABLE met ("
	" subject TEXT NOT NULL, listed TEXT NOT NULL, feed TEXT NOT NULL, side INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, dropped INTEGER, count INTEGER NOT NULL,"
	" counted INTEGER NOT NULL, PRIMARY KEY (subject, listed, feed)) WITHOUT ROWID;"
	"CREATE INDEX met_listed ON met (listed);"
	"CREATE INDEX met_last ON met (last);"
	"CREATE TABLE serving ("
	" address TEXT NOT NULL, side INTEGER NOT NULL, first INTEGER NOT NULL,"
	" last INTEGER NOT NULL, sentence TEXT NOT NULL, PRIMARY KEY (address, side)) WITHOUT ROWID;",

	"CREATE TABLE notice ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL, event TEXT NOT NULL,"
	" severity INTEGER NOT NULL, subject TEXT NOT NULL, case_id INTEGER NOT NULL,"
	" at INTEGER NOT NULL, due INTEGER NOT NULL, state INTEGER NOT NULL,"
	" attempts INTEGER NOT NULL, ended INTEGER NOT NULL, told TEXT NOT NULL,"
	" error TEXT NOT NULL, document TEXT NOT NULL);"
	"CREATE INDEX notice_due ON notice (receiver, state, due);"
	"CREATE INDEX notice_subject ON notice (receiver, subject, state);"
	"CREATE INDEX notice_state ON notice (state, ended);"
	"CREATE TABLE notice_receiver ("
	" name TEXT PRIMARY KEY, seen INTEGER NOT NULL, failures INTEGER NOT NULL,"
	" until INTEGER NOT NULL, error TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE alarm (name TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;",

	"ALTER TABLE holding ADD COLUMN nas TEXT NOT NULL DEFAULT '';"
	"CREATE INDEX holding_nas ON holding (nas, source) WHERE until IS NULL AND nas <> '';",

	"CREATE TABLE listing ("
	" account TEXT NOT NULL, prefix TEXT NOT NULL, had INTEGER NOT NULL, until INTEGER,"
	" origin TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (account, prefix)) WITHOUT ROWID;",

	"ALTER TABLE publish ADD COLUMN monitor INTEGER;",
};

#define VERSIONS ((int)(sizeof(versions) / sizeof(versions[0])))

static int read_number(struct sw_store *store, const char *sql, int *out, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, sql, &statement, error);

	if (!err)
		err = sw_db_step(store, statement, error);
	if (err == SW_DB_ROW)
		*out = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

static int check_origin(struct sw_store *store, int version, struct sw_error *error)
{
	int application = 0, tables = 0, err;

	if (version > VERSIONS)
		return sw_fail(error, -EPROTO,
			       "%s: was written by a later spamweir (schema %d, this one knows %d)",
			       store->path, version, VERSIONS);
	err = read_number(store, "PRAGMA application_id", &application, error);
	if (!err)
		err = read_number(store, "SELECT count(*) FROM sqlite_master", &tables, error);
	if (!err && tables && application != SW_STORE_APPLICATION)
		err = sw_fail(error, -EPROTO, "%s: is a database of another program", store->path);
	return err;
}

static int raise_to(struct sw_store *store, int version, struct sw_error *error)
{
	char stamp[96];
	int err;

	err = sw_db_run(store, versions[version - 1], error);
	snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 SW_STORE_APPLICATION, version);
	return err ? err : sw_db_run(store, stamp, error);
}

/* Another process may be at it too: what is there is read again under the lock. */
int sw_schema_migrate(struct sw_store *store, struct sw_error *error)
{
	int version = 0, err;

	err = read_number(store, "PRAGMA user_version", &version, error);
	if (!err)
		err = check_origin(store, version, error);
	if (err || version == VERSIONS)
		return err;
	err = sw_db_begin(store, error);
	if (!err)
		err = read_number(store, "PRAGMA user_version", &version, error);
	while (!err && version < VERSIONS)
		err = raise_to(store, ++version, error);
	if (!err)
		err = sw_db_commit(store, error);
	if (err)
		sw_db_rollback(store);
	return err;
}
