// SPDX-License-Identifier: GPL-2.0
#include "store/cases_period.h"

#include <errno.h>
#include <string.h>

#include "store/cases_rows.h"

/* Calls `row` for each row of a statement with both ends of the time in its places. */
static int each(struct sw_store *store, const char *sql, __s64 from_ms, __s64 to_ms,
		int (*row)(void *ctx, sqlite3_stmt *statement), void *ctx, struct sw_error *error)
{
	return sw_db_each_with(store, sql, (const __s64[]){ from_ms, to_ms }, 2, row, ctx, error);
}

static int take_count(void *ctx, sqlite3_stmt *statement)
{
	struct sw_cases_period *out = ctx;
	const char *what = (const char *)sqlite3_column_text(statement, 0);
	bool by_hand = sqlite3_column_int(statement, 1);
	__u64 count = sqlite3_column_int64(statement, 2);

	if (!what)
		return 0;
	if (!strcmp(what, "opened"))
		out->opened += count;
	else if (!strcmp(what, "relapse"))
		out->relapsed += count;
	else if (!strcmp(what, "reopened"))
		out->reopened += count;
	else if (!strcmp(what, "closed") && by_hand)
		out->closed_by_hand += count;
	else if (!strcmp(what, "closed"))
		out->closed_by_silence += count;
	return 0;
}

int sw_cases_period_count(struct sw_store *store, __s64 from_ms, __s64 to_ms,
			  struct sw_cases_period *out, struct sw_error *error)
{
	*out = (struct sw_cases_period){ 0 };
	return each(store,
		    "SELECT what, name <> '', count(*) FROM case_event WHERE at >= ? AND at < ? "
		    "GROUP BY 1, 2",
		    from_ms, to_ms, take_count, out, error);
}

struct times {
	int (*visit)(void *ctx, __s64 took_ms);
	void *ctx;
};

static int take_time(void *ctx, sqlite3_stmt *statement)
{
	const struct times *times = ctx;

	return times->visit(times->ctx, sqlite3_column_int64(statement, 0));
}

int sw_cases_detected(struct sw_store *store, __s64 from_ms, __s64 to_ms,
		      int (*visit)(void *ctx, __s64 took_ms), void *ctx, struct sw_error *error)
{
	return each(store,
		    "SELECT max(0, at - first) AS took FROM case_event JOIN cases "
		    "ON cases.id = case_id WHERE what = 'opened' AND at >= ? AND at < ? "
		    "ORDER BY took",
		    from_ms, to_ms, take_time, &(struct times){ visit, ctx }, error);
}

int sw_cases_recovered(struct sw_store *store, __s64 from_ms, __s64 to_ms,
		       int (*visit)(void *ctx, __s64 took_ms), void *ctx, struct sw_error *error)
{
	return each(store,
		    "SELECT max(0, last - opened) AS took FROM cases "
		    "WHERE state = 2 AND closed >= ? AND closed < ? ORDER BY took",
		    from_ms, to_ms, take_time, &(struct times){ visit, ctx }, error);
}

struct visit {
	int (*visit)(void *ctx, const struct sw_case *found);
	void *ctx;
};

static int take_case(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_case found;

	sw_case_row(statement, &found);
	return visit->visit(visit->ctx, &found);
}

int sw_cases_period_each(struct sw_store *store, __s64 from_ms, __s64 to_ms,
			 int (*visit)(void *ctx, const struct sw_case *found), void *ctx,
			 struct sw_error *error)
{
	return each(store,
		    SW_CASE_COLUMNS "WHERE (opened >= ?1 AND opened < ?2) OR "
				    "(closed >= ?1 AND closed < ?2) "
				    "ORDER BY severity DESC, opened DESC, id",
		    from_ms, to_ms, take_case, &(struct visit){ visit, ctx }, error);
}
