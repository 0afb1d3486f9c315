// SPDX-License-Identifier: GPL-2.0
#include "store/listings.h"

#include "store/db.h"

/* A statement of an account and a prefix. */
static int prepare(struct sw_store *store, const char *sql, const struct sw_listing *listing,
		   sqlite3_stmt **out, struct sw_error *error)
{
	int err = sw_db_prepare(store, sql, out, error);

	if (err)
		return err;
	sqlite3_bind_text(*out, 1, listing->account, -1, SQLITE_STATIC);
	sw_db_bind_prefix(*out, 2, &listing->zombie.prefix);
	return 0;
}

int sw_listing_put(struct sw_store *store, const struct sw_listing *listing, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = prepare(store, "INSERT OR REPLACE INTO listing VALUES (?, ?, ?, ?, ?, ?)",
			  listing, &statement, error);

	if (!err) {
		sqlite3_bind_int(statement, 3, listing->had);
		sw_db_bind_end(statement, 4, listing->zombie.until_ms);
		sqlite3_bind_text(statement, 5, listing->zombie.origin, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 6, listing->zombie.why, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err;
}

int sw_listing_drop(struct sw_store *store, const struct sw_listing *listing,
		    struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = prepare(store, "DELETE FROM listing WHERE account = ? AND prefix = ?", listing,
			  &statement, error);

	if (!err)
		err = sw_db_step(store, statement, error);
	sqlite3_finalize(statement);
	return err;
}

struct visit {
	int (*visit)(void *ctx, const struct sw_listing *listing);
	void *ctx;
};

static int visit_row(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_listing listing = {
		.had = sqlite3_column_int(statement, 2),
		.zombie.until_ms = sw_db_end(statement, 3),
	};

	if (sw_db_prefix(statement, 1, &listing.zombie.prefix))
		return 0; /* somebody else wrote it */
	sw_db_text(statement, 0, listing.account, sizeof(listing.account));
	sw_db_text(statement, 4, listing.zombie.origin, sizeof(listing.zombie.origin));
	sw_db_text(statement, 5, listing.zombie.why, sizeof(listing.zombie.why));
	return visit->visit(visit->ctx, &listing);
}

int sw_listings_each(struct sw_store *store,
		     int (*visit)(void *ctx, const struct sw_listing *listing), void *ctx,
		     struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT account, prefix, had, until, origin, why FROM listing "
			  "WHERE ?1 IS NOT NULL",
			  0, visit_row, &(struct visit){ visit, ctx }, error);
}
