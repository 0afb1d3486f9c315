// SPDX-License-Identifier: GPL-2.0
#include "store/lists.h"

#include <errno.h>
#include <string.h>

#include "store/db.h"

static const char *const names[SW_LISTS] = {
	[SW_LIST_ALLOW] = "allow",
	[SW_LIST_BLOCK] = "block",
	[SW_LIST_BOUNCES] = "bounces",
};

const char *sw_list_name(enum sw_list list)
{
	return names[list];
}

bool sw_list_of(const char *name, enum sw_list *out)
{
	for (*out = 0; *out < SW_LISTS; ++*out) {
		if (!strcmp(names[*out], name))
			return true;
	}
	return false;
}

static void bind_key(sqlite3_stmt *statement, enum sw_list list, const struct sw_prefix *prefix)
{
	sqlite3_bind_text(statement, 1, sw_list_name(list), -1, SQLITE_STATIC);
	sw_db_bind_prefix(statement, 2, prefix);
}

int sw_lists_put(struct sw_store *store, const struct sw_ordered *entry, size_t count,
		 struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	size_t i;
	int err;

	err = sw_db_prepare(store, "INSERT OR REPLACE INTO list VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			    &statement, error);
	for (i = 0; i < count && !err; i++) {
		bind_key(statement, entry[i].list, &entry[i].prefix);
		sqlite3_bind_int64(statement, 3, entry[i].since_ms);
		sw_db_bind_end(statement, 4, entry[i].until_ms);
		sqlite3_bind_int(statement, 5, entry[i].forced);
		sqlite3_bind_text(statement, 6, entry[i].name, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 7, entry[i].why, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 8, entry[i].interval_ns);
		err = sw_db_step_reset(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_lists_drop(struct sw_store *store, enum sw_list list, const struct sw_prefix *prefix,
		  struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, "DELETE FROM list WHERE list = ? AND prefix = ?", &statement,
				error);

	if (!err) {
		bind_key(statement, list, prefix);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

static int read_row(sqlite3_stmt *statement, struct sw_ordered *out)
{
	char list[8];

	*out = (struct sw_ordered){ .until_ms = sw_db_end(statement, 3) };
	sw_db_text(statement, 0, list, sizeof(list));
	if (!sw_list_of(list, &out->list) || sw_db_prefix(statement, 1, &out->prefix))
		return -EINVAL; /* somebody else wrote it */
	out->since_ms = sqlite3_column_int64(statement, 2);
	out->forced = sqlite3_column_int(statement, 4);
	sw_db_text(statement, 5, out->name, sizeof(out->name));
	sw_db_text(statement, 6, out->why, sizeof(out->why));
	out->interval_ns = sqlite3_column_int64(statement, 7);
	return 0;
}

#define COLUMNS "SELECT list, prefix, since, until, forced, name, why, interval FROM list "

int sw_lists_find(struct sw_store *store, enum sw_list list, const struct sw_prefix *prefix,
		  struct sw_ordered *out, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, COLUMNS "WHERE list = ? AND prefix = ?", &statement, error);

	if (!err) {
		bind_key(statement, list, prefix);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		err = read_row(statement, out) ? 0 : 1;
	sqlite3_finalize(statement);
	return err;
}

struct visit {
	sw_lists_visit visit;
	void *ctx;
};

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_ordered entry;

	return read_row(statement, &entry) ? 0 : visit->visit(visit->ctx, &entry);
}

int sw_lists_each(struct sw_store *store, __s64 now_ms, sw_lists_visit visit, void *ctx,
		  struct sw_error *error)
{
	return sw_db_each(store, COLUMNS "WHERE until IS NULL OR until > ?", now_ms, visit_row,
			  &(struct visit){ visit, ctx }, error);
}

int sw_lists_lifted(struct sw_store *store, __s64 *now_ms, struct sw_error *error)
{
	__s64 taken_ms;
	int err = sw_lists_taken(store, &taken_ms, error);

	if (!err && taken_ms && taken_ms < *now_ms)
		*now_ms = taken_ms;
	return err;
}

int sw_lists_each_in_force(struct sw_store *store, __s64 now_ms, sw_lists_visit visit, void *ctx,
			   struct sw_error *error)
{
	int err = sw_lists_lifted(store, &now_ms, error);

	return err ? err : sw_lists_each(store, now_ms, visit, ctx, error);
}

int sw_lists_expire(struct sw_store *store, __s64 now_ms, __u64 *removed, struct sw_error *error)
{
	int err = sw_db_run_with(store, "DELETE FROM list WHERE until <= ?", &now_ms, 1, error);

	*removed = err ? 0 : sqlite3_changes(store->db);
	return err;
}

#define CHANGE "lists_change"
#define PUBLISHED "lists_published"
#define TAKEN "lists_taken"

int sw_lists_pending(struct sw_store *store, bool *pending, __s64 *change, struct sw_error *error)
{
	__s64 published;
	int err;

	err = sw_store_get_number(store, CHANGE, 0, change, error);
	if (!err)
		err = sw_store_get_number(store, PUBLISHED, 0, &published, error);
	*pending = !err && *change != published;
	return err;
}

int sw_lists_note_change(struct sw_store *store, struct sw_error *error)
{
	__s64 change;
	int err = sw_store_get_number(store, CHANGE, 0, &change, error);

	return err ? err : sw_store_put_number(store, CHANGE, change + 1, error);
}

int sw_lists_note_published(struct sw_store *store, __s64 change, __s64 taken_ms,
			    struct sw_error *error)
{
	int err = sw_store_put_number(store, PUBLISHED, change, error);

	return err ? err : sw_store_put_number(store, TAKEN, taken_ms, error);
}

int sw_lists_taken(struct sw_store *store, __s64 *taken_ms, struct sw_error *error)
{
	return sw_store_get_number(store, TAKEN, 0, taken_ms, error);
}
