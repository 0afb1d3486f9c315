// SPDX-License-Identifier: GPL-2.0
#include "store/serving.h"

#include "store/db.h"

int sw_serving_note(struct sw_store *store, const struct sw_serving *serving,
		    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store,
				"INSERT INTO serving VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO "
				"UPDATE SET last = ?4, sentence = ?5",
				&statement, error);

	if (!err) {
		sw_db_bind_prefix(statement, 1, &serving->address);
		sqlite3_bind_int(statement, 2, serving->remote);
		sqlite3_bind_int64(statement, 3, serving->first_ms);
		sqlite3_bind_int64(statement, 4, serving->last_ms);
		sqlite3_bind_text(statement, 5, serving->sentence, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err < 0 ? err : 0;
}

struct visit {
	int (*visit)(void *ctx, const struct sw_serving *serving);
	void *ctx;
};

static int visit_one(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_serving serving = {
		.remote = sqlite3_column_int(statement, 1),
		.first_ms = sqlite3_column_int64(statement, 2),
		.last_ms = sqlite3_column_int64(statement, 3),
	};

	if (sw_db_prefix(statement, 0, &serving.address))
		return 0; /* somebody else wrote it */
	sw_db_text(statement, 4, serving.sentence, sizeof(serving.sentence));
	return visit->visit(visit->ctx, &serving);
}

int sw_serving_each(struct sw_store *store, __s64 since_ms,
		    int (*visit)(void *ctx, const struct sw_serving *serving), void *ctx,
		    struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT address, side, first, last, sentence FROM serving "
			  "WHERE last >= ? ORDER BY address, side",
			  since_ms, visit_one, &(struct visit){ visit, ctx }, error);
}

int sw_serving_expire(struct sw_store *store, __s64 now_ms, struct sw_error *error)
{
	const __s64 bounds[] = { now_ms - SW_SERVING_KEPT_MS, SW_SERVING_MOST };

	return sw_db_run_with(store,
			      "DELETE FROM serving WHERE last < max(?1, coalesce((SELECT last FROM "
			      "serving ORDER BY last DESC LIMIT 1 OFFSET ?2), 0))",
			      bounds, 2, error);
}
