// SPDX-License-Identifier: GPL-2.0
#include "store/zombies.h"

#include <errno.h>

#include "store/db.h"

#define SETTLED "zombies_settled"

int sw_zombies_next_op(struct sw_store *store, __s64 *op, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	__s64 settled;
	int err;

	err = sw_store_get_number(store, SETTLED, 0, &settled, error);
	if (!err)
		err = sw_db_prepare(store, "SELECT max(op) FROM zombie", &statement, error);
	if (!err)
		err = sw_db_step(store, statement, error);
	if (err == SW_DB_ROW) {
		*op = sqlite3_column_int64(statement, 0);
		*op = (*op > settled ? *op : settled) + 1;
	}
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

int sw_zombies_put(struct sw_store *store, const struct sw_kept_zombie *zombie, size_t count,
		   __s64 op, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int err;

	err = sw_db_prepare(store, "INSERT OR REPLACE INTO zombie VALUES (?, ?, ?, ?, ?, ?, 0)",
			    &statement, error);
	for (i = 0; i < count && !err; i++) {
		sw_db_bind_prefix(statement, 1, &zombie[i].prefix);
		sqlite3_bind_int64(statement, 2, zombie[i].since_ms);
		sw_db_bind_end(statement, 3, zombie[i].until_ms);
		sqlite3_bind_text(statement, 4, zombie[i].origin, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 5, zombie[i].why, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 6, op);
		err = sw_db_step_reset(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_zombies_lift(struct sw_store *store, const struct sw_prefix *prefix, size_t count, __s64 op,
		    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int err;

	err = sw_db_prepare(store, "UPDATE zombie SET lifted = 1, op = ? WHERE prefix = ?",
			    &statement, error);
	for (i = 0; i < count && !err; i++) {
		sqlite3_bind_int64(statement, 1, op);
		sw_db_bind_prefix(statement, 2, &prefix[i]);
		err = sw_db_step_reset(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_zombies_drop(struct sw_store *store, const struct sw_prefix *prefix, size_t count,
		    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int err;

	err = sw_db_prepare(store, "DELETE FROM zombie WHERE prefix = ?", &statement, error);
	for (i = 0; i < count && !err; i++) {
		sw_db_bind_prefix(statement, 1, &prefix[i]);
		err = sw_db_step_reset(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_zombies_settle(struct sw_store *store, __s64 op, struct sw_error *error)
{
	__s64 settled;
	int err;

	err = sw_store_get_number(store, SETTLED, 0, &settled, error);
	if (!err)
		err = sw_db_run_with(store,
				     "DELETE FROM zombie WHERE lifted AND op > ? AND op <= ?",
				     (__s64[]){ settled, op }, 2, error);
	return err ? err : sw_store_put_number(store, SETTLED, op, error);
}

static int read_row(sqlite3_stmt *statement, struct sw_kept_zombie *out)
{
	*out = (struct sw_kept_zombie){ .until_ms = sw_db_end(statement, 2) };
	if (sw_db_prefix(statement, 0, &out->prefix))
		return -EINVAL; /* somebody else wrote it */
	out->since_ms = sqlite3_column_int64(statement, 1);
	sw_db_text(statement, 3, out->origin, sizeof(out->origin));
	sw_db_text(statement, 4, out->why, sizeof(out->why));
	out->lifted = sqlite3_column_int(statement, 5);
	return 0;
}

#define COLUMNS "SELECT prefix, since, until, origin, why, lifted FROM zombie "

struct visit {
	sw_zombies_visit visit;
	void *ctx;
};

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_kept_zombie zombie;

	return read_row(statement, &zombie) ? 0 : visit->visit(visit->ctx, &zombie);
}

int sw_zombies_each(struct sw_store *store, bool unsettled, sw_zombies_visit visit, void *ctx,
		    struct sw_error *error)
{
	__s64 settled = -1;
	int err = 0;

	if (unsettled)
		err = sw_store_get_number(store, SETTLED, 0, &settled, error);
	return err ? err
		   : sw_db_each(store, COLUMNS "WHERE op > ?", settled, visit_row,
				&(struct visit){ visit, ctx }, error);
}

int sw_zombies_find(struct sw_store *store, const struct sw_prefix *prefix,
		    struct sw_kept_zombie *out, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err =
		sw_db_prepare(store, COLUMNS "WHERE prefix = ? AND NOT lifted", &statement, error);

	if (!err) {
		sw_db_bind_prefix(statement, 1, prefix);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		err = read_row(statement, out) ? 0 : 1;
	sqlite3_finalize(statement);
	return err;
}

int sw_zombies_count(struct sw_store *store, __s64 now_ms, __u64 *count, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	*count = 0;
	err = sw_db_prepare(store,
			    "SELECT (SELECT count(*) FROM zombie WHERE until > ?1 AND NOT lifted) + "
			    "(SELECT count(*) FROM zombie WHERE until IS NULL AND NOT lifted)",
			    &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, now_ms);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		*count = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

int sw_zombies_shift(struct sw_store *store, __s64 from_ms, __s64 by_ms, struct sw_error *error)
{
	return sw_db_run_with(store,
			      "UPDATE zombie SET since = since + ?1, until = until + ?1 "
			      "WHERE since >= ?2",
			      (__s64[]){ by_ms, from_ms }, 2, error);
}

int sw_zombies_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error)
{
	return sw_db_run_with(store, "DELETE FROM zombie WHERE until < ?", &before_ms, 1, error);
}

int sw_zombies_forget(struct sw_store *store, struct sw_error *error)
{
	return sw_db_run(store, "DELETE FROM zombie", error);
}
