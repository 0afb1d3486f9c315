// SPDX-License-Identifier: GPL-2.0
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/db.h"
#include "store/schema.h"

static __thread struct sw_store *shared;

static int check_directory(const char *state_dir, bool create, struct sw_error *error)
{
	struct stat st;

	if (create && mkdir(state_dir, 0700) && errno != EEXIST)
		return sw_fail(error, -errno, "%s: %s", state_dir, strerror(errno));
	if (stat(state_dir, &st))
		return sw_fail(error, -errno, "%s: %s", state_dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return sw_fail(error, -ENOTDIR, "%s: is no directory", state_dir);
	if ((st.st_uid && st.st_uid != geteuid()) || st.st_mode & 022)
		return sw_fail(error, -EPERM,
			       "%s: others than root may write to it (chown root and chmod 700 it)",
			       state_dir);
	return 0;
}

static void move_beside(const char *path, const char *aside, const char *suffix)
{
	char *from, *to;

	if (asprintf(&from, "%s%s", path, suffix) < 0)
		return;
	if (asprintf(&to, "%s%s", aside, suffix) >= 0) {
		rename(from, to);
		free(to);
	}
	free(from);
}

/* Its log goes with it: what can be recovered from the one needs the other. */
static int set_aside(struct sw_store *store, const char *why, struct sw_error *error)
{
	time_t now = time(NULL);
	char *aside, stamp[32];
	struct tm utc;
	int err = 0;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
	if (asprintf(&aside, "%s.damaged-%s-%d", store->path, stamp, getpid()) < 0)
		return -ENOMEM;
	if (rename(store->path, aside)) {
		err = sw_fail(error, -errno, "%s: is damaged, and cannot be set aside: %s",
			      store->path, strerror(errno));
	} else {
		move_beside(store->path, aside, "-wal");
		move_beside(store->path, aside, "-shm");
		sw_warn("%s: is damaged (%s); it was set aside as %s, and a new one is begun",
			store->path, why, aside);
	}
	free(aside);
	return err;
}

static int look_at_all(struct sw_store *store, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	const char *said;
	int err;

	err = sw_db_prepare(store, "PRAGMA quick_check(1)", &statement, error);
	if (!err)
		err = sw_db_step(store, statement, error);
	if (err == SW_DB_ROW) {
		said = (const char *)sqlite3_column_text(statement, 0);
		err = 0;
		if (!said || strcmp(said, "ok"))
			err = sw_fail(error, -EUCLEAN, "%s: %s", store->path, said ? said : "?");
	}
	sqlite3_finalize(statement);
	return err;
}

/* Whether what was written last stands in its log, for the next one to take over. */
static bool has_log(const struct sw_store *store)
{
	struct stat st = {};
	char *log;

	if (asprintf(&log, "%s-wal", store->path) < 0)
		return true;
	stat(log, &st);
	free(log);
	return st.st_size;
}

/* SQLite reads nothing where it cannot make the files that processes agree by. As long as all
 * is in the database itself, nobody writes there who would have to be agreed with: it is read
 * as it stands. */
static int look_only(struct sw_store *store, int err, struct sw_error *error)
{
	char *uri;
	int code;

	if (has_log(store) || strpbrk(store->path, "%?#")) /* which mean something in a URI */
		return err;
	sqlite3_close(store->db);
	store->db = NULL;
	uri = sqlite3_mprintf("file:%s?immutable=1", store->path);
	if (!uri)
		return sw_fail(error, -ENOMEM, "%s: no memory", store->path);
	code = sqlite3_open_v2(uri, &store->db,
			       SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_URI, NULL);
	sqlite3_free(uri);
	return code ? sw_db_fail(store, code, error) : 0;
}

/* Of a database that is there: SQLite names the file beside it that it did not find. */
static int find_cause(struct sw_store *store, const char *directory, int err,
		      struct sw_error *error)
{
	if (err == -ENOENT)
		err = access(directory, W_OK | X_OK) ? -errno : -EIO;
	return sw_fail(error, err, "%s: %s%s", store->path, strerror(-err), SW_DB_SEE);
}

static int connect_to(struct sw_store *store, const char *directory, int flags,
		      struct sw_error *error)
{
	int create = flags & SW_STORE_CREATE ? SQLITE_OPEN_CREATE : 0;
	mode_t mask = umask(077);
	int code, err = 0;

	code = sqlite3_open_v2(store->path, &store->db,
			       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | create, NULL);
	if (code)
		err = sw_db_fail(store, code, error);
	if (!err) {
		sqlite3_busy_timeout(store->db, SW_STORE_BUSY_MS);
		err = sw_db_run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
				error);
	}
	if (err == -ENOENT && !access(store->path, F_OK))
		err = find_cause(store, directory, err, error);
	if (flags & SW_STORE_LOOK && (err == -EROFS || err == -ENOSPC))
		err = look_only(store, err, error);
	if (!err)
		err = sw_schema_migrate(store, error);
	if (!err && flags & SW_STORE_CHECK)
		err = look_at_all(store, error);
	umask(mask);
	return err;
}

static void disconnect(struct sw_store *store)
{
	sw_db_forget_kept(store);
	sqlite3_close(store->db);
	store->db = NULL;
}

/* Whether that path is still the file that was shared. */
static bool is_there(const struct sw_store *store)
{
	struct stat st;

	return !store->process || (!stat(store->path, &st) && st.st_dev == store->file.st_dev &&
				   st.st_ino == store->file.st_ino);
}

/* A connection is no child's: locks of files are a process's own. */
static bool is_shared(const char *path, int flags)
{
	return shared && shared->process == getpid() && !(flags & SW_STORE_CHECK) &&
	       !shared->damaged && sqlite3_get_autocommit(shared->db) &&
	       !strcmp(shared->path, path) && is_there(shared);
}

static int open_anew(struct sw_store *store, const char *state_dir, int flags,
		     struct sw_store **out, struct sw_error *error)
{
	struct sw_error why = {};
	int err = 0;

	if (!(flags & SW_STORE_CREATE) && access(store->path, F_OK))
		err = sw_fail(error, -errno, "%s: %s", store->path, strerror(errno));
	if (!err)
		err = connect_to(store, state_dir, flags, &why);
	if (err == -EUCLEAN && flags & SW_STORE_CREATE) {
		disconnect(store);
		err = set_aside(store, why.text, &why);
		store->damaged = false;
		if (!err)
			err = connect_to(store, state_dir, flags, &why);
	}
	if (err) {
		if (why.text[0])
			sw_fail(error, err, "%s", why.text);
		store->damaged = false;
		sw_store_close(store);
		return err;
	}
	*out = store;
	return 0;
}

int sw_store_open(const char *state_dir, int flags, struct sw_store **out, struct sw_error *error)
{
	struct sw_store *store;
	int err;

	*out = NULL;
	err = check_directory(state_dir, flags & SW_STORE_CREATE, error);
	if (err)
		return err;
	store = calloc(1, sizeof(*store));
	if (!store || asprintf(&store->path, "%s/" SW_STORE_FILE, state_dir) < 0) {
		free(store);
		return sw_fail(error, -ENOMEM, "%s: no memory", state_dir);
	}
	if (!is_shared(store->path, flags))
		return open_anew(store, state_dir, flags, out, error);
	free(store->path);
	free(store);
	shared->users++;
	*out = shared;
	return 0;
}

void sw_store_share(struct sw_store *store)
{
	stat(store->path, &store->file);
	store->process = getpid();
	shared = store;
}

/* As soon as one of its users is done; what stands there by then may be a new one. */
static void set_damaged_aside(struct sw_store *store)
{
	struct sw_error error = {};

	if (store->damaged && is_there(store) &&
	    set_aside(store, "found while it was used", &error))
		sw_warn("%s", error.text);
}

void sw_store_close(struct sw_store *store)
{
	if (!store)
		return;
	if (store->users) {
		store->users--;
		set_damaged_aside(store);
		return;
	}
	if (store == shared)
		shared = NULL;
	disconnect(store);
	set_damaged_aside(store);
	free(store->path);
	free(store);
}

int sw_store_begin(struct sw_store *store, struct sw_error *error)
{
	return sw_db_begin(store, error);
}

int sw_store_commit(struct sw_store *store, struct sw_error *error)
{
	return sw_db_commit(store, error);
}

void sw_store_rollback(struct sw_store *store)
{
	sw_db_rollback(store);
}

/* SW_DB_ROW with the statement at the value, for the caller to finalize. */
static int find_value(struct sw_store *store, const char *name, sqlite3_stmt **out,
		      struct sw_error *error)
{
	int err = sw_db_prepare(store, "SELECT value FROM value WHERE name = ?", out, error);

	if (err)
		return err;
	sqlite3_bind_text(*out, 1, name, -1, SQLITE_STATIC);
	return sw_db_step(store, *out, error);
}

int sw_store_get_number(struct sw_store *store, const char *name, __s64 otherwise, __s64 *out,
			struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = find_value(store, name, &statement, error);

	*out = err == SW_DB_ROW ? sqlite3_column_int64(statement, 0) : otherwise;
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

int sw_store_get_text(struct sw_store *store, const char *name, char *out, size_t room,
		      struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = find_value(store, name, &statement, error);

	*out = '\0';
	if (err == SW_DB_ROW)
		sw_db_text(statement, 0, out, room);
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

static const char put_value[] = "INSERT INTO value VALUES (?, ?) "
				"ON CONFLICT (name) DO UPDATE SET value = excluded.value";

int sw_store_put_number(struct sw_store *store, const char *name, __s64 value,
			struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, put_value, &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, value);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_store_put_text(struct sw_store *store, const char *name, const char *value,
		      struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, put_value, &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}
