// SPDX-License-Identifier: GPL-2.0
#include "store/hours.h"

#include <errno.h>
#include <stdlib.h>

#include "store/db.h"

struct sw_hours {
	struct sw_store *store;
	__s64 hour;
	bool first; /* what counters say now is where they are counted from */
	sqlite3_stmt *get, *put, *add, *most;
};

static const char holder_name[] = "hours_holder";

int sw_hours_open(struct sw_store *store, __s64 at_ms, struct sw_hours **out,
		  struct sw_error *error)
{
	struct sw_hours *hours = calloc(1, sizeof(*hours));
	int err;

	*out = hours;
	if (!hours)
		return -ENOMEM;
	hours->store = store;
	hours->hour = at_ms - at_ms % SW_HOUR_MS;
	err = sw_db_prepare(store, "SELECT value FROM counted WHERE what = ? AND name = ?",
			    &hours->get, error);
	if (!err)
		err = sw_db_prepare(store,
				    "INSERT INTO counted VALUES (?1, ?2, ?3) ON CONFLICT DO "
				    "UPDATE SET value = ?3",
				    &hours->put, error);
	if (!err)
		err = sw_db_prepare(store,
				    "INSERT INTO hour VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
				    "UPDATE SET value = value + ?4",
				    &hours->add, error);
	if (!err)
		err = sw_db_prepare(store,
				    "INSERT INTO hour VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
				    "UPDATE SET value = max(value, ?4)",
				    &hours->most, error);
	return err;
}

void sw_hours_close(struct sw_hours *hours)
{
	if (!hours)
		return;
	sqlite3_finalize(hours->get);
	sqlite3_finalize(hours->put);
	sqlite3_finalize(hours->add);
	sqlite3_finalize(hours->most);
	free(hours);
}

int sw_hours_begin(struct sw_hours *hours, __s64 holder, bool *anew, struct sw_error *error)
{
	__s64 before;
	int err = sw_store_get_number(hours->store, holder_name, 0, &before, error);

	hours->first = !before;
	*anew = before != holder;
	if (err || !*anew)
		return err;
	err = sw_db_run(hours->store, "DELETE FROM counted", error);
	return err ? err : sw_store_put_number(hours->store, holder_name, holder, error);
}

static int enter(struct sw_hours *hours, sqlite3_stmt *statement, const char *what,
		 const char *name, __u64 value, struct sw_error *error)
{
	if (!value)
		return 0;
	sqlite3_bind_int64(statement, 1, hours->hour);
	sqlite3_bind_text(statement, 2, what, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, value);
	return sw_db_step_reset(hours->store, statement, error);
}

int sw_hours_add(struct sw_hours *hours, const char *what, const char *name, __u64 value,
		 struct sw_error *error)
{
	return enter(hours, hours->add, what, name, value, error);
}

int sw_hours_most(struct sw_hours *hours, const char *what, const char *name, __u64 value,
		  struct sw_error *error)
{
	return enter(hours, hours->most, what, name, value, error);
}

static int counted(struct sw_hours *hours, const char *what, const char *name, __u64 *out,
		   struct sw_error *error)
{
	int err;

	sqlite3_bind_text(hours->get, 1, what, -1, SQLITE_STATIC);
	sqlite3_bind_text(hours->get, 2, name, -1, SQLITE_STATIC);
	err = sw_db_step(hours->store, hours->get, error);
	*out = err == SW_DB_ROW ? sqlite3_column_int64(hours->get, 0) : 0;
	sqlite3_reset(hours->get);
	return err < 0 ? err : 0;
}

int sw_hours_counter(struct sw_hours *hours, const char *what, const char *name, __u64 value,
		     struct sw_error *error)
{
	return sw_hours_counter_as(hours, what, name, name, value, error);
}

int sw_hours_counter_as(struct sw_hours *hours, const char *what, const char *name, const char *as,
			__u64 value, struct sw_error *error)
{
	__u64 before;
	int err = counted(hours, what, name, &before, error);

	if (err || value == before)
		return err;
	sqlite3_bind_text(hours->put, 1, what, -1, SQLITE_STATIC);
	sqlite3_bind_text(hours->put, 2, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(hours->put, 3, value);
	err = sw_db_step_reset(hours->store, hours->put, error);
	if (err || hours->first)
		return err;
	return sw_hours_add(hours, what, as, value > before ? value - before : value, error);
}

struct visit {
	int (*visit)(void *ctx, const struct sw_hour *hour);
	void *ctx;
	__s64 to_ms;
};

static int visit_hour(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_hour hour = {
		.at_ms = sqlite3_column_int64(statement, 0),
		.value = sqlite3_column_int64(statement, 3),
	};

	if (hour.at_ms >= visit->to_ms)
		return 0;
	sw_db_text(statement, 1, hour.what, sizeof(hour.what));
	sw_db_text(statement, 2, hour.name, sizeof(hour.name));
	return visit->visit(visit->ctx, &hour);
}

int sw_hours_each(struct sw_store *store, __s64 from_ms, __s64 to_ms,
		  int (*visit)(void *ctx, const struct sw_hour *hour), void *ctx,
		  struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT at, what, name, value FROM hour WHERE at > ? "
			  "ORDER BY at, what, name",
			  from_ms - SW_HOUR_MS, visit_hour, &(struct visit){ visit, ctx, to_ms },
			  error);
}

int sw_hours_expire(struct sw_store *store, __s64 before_ms, struct sw_error *error)
{
	return sw_db_run_with(store, "DELETE FROM hour WHERE at < ?", &before_ms, 1, error);
}
