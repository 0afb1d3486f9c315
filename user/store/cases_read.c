// SPDX-License-Identifier: GPL-2.0
#include "store/cases_read.h"

#include <stdio.h>
#include <string.h>

#include "store/cases_rows.h"
#include "store/subscribers.h"

struct visit {
	int (*visit)(void *ctx, const struct sw_case *found);
	void *ctx;
};

static int visit_case(void *ctx, sqlite3_stmt *statement)
{
	const struct visit *visit = ctx;
	struct sw_case found;

	sw_case_row(statement, &found);
	return visit->visit(visit->ctx, &found);
}

int sw_cases_each(struct sw_store *store, bool all,
		  int (*visit)(void *ctx, const struct sw_case *found), void *ctx,
		  struct sw_error *error)
{
	return sw_db_each(store,
			  SW_CASE_COLUMNS "WHERE state <= ? ORDER BY state, severity DESC, opened",
			  all ? SW_CASE_CLOSED : SW_CASE_QUIET, visit_case,
			  &(struct visit){ visit, ctx }, error);
}

static int take_one(void *ctx, sqlite3_stmt *statement)
{
	sw_case_row(statement, ctx);
	return 1;
}

int sw_case_get(struct sw_store *store, __s64 id, struct sw_case *out, struct sw_error *error)
{
	return sw_db_each(store, SW_CASE_COLUMNS "WHERE id = ?", id, take_one, out, error);
}

int sw_case_of_account(struct sw_store *store, const char *account, struct sw_case *out,
		       struct sw_error *error)
{
	return sw_case_row_find(store, SW_CASE_COLUMNS "WHERE account = ?", account, out, error);
}

int sw_case_of_address(struct sw_store *store, const struct sw_prefix *address, __s64 now_ms,
		       struct sw_case *out, struct sw_error *error)
{
	struct sw_subscriber subscriber;
	char text[SW_PREFIX_TEXT];
	int found;

	found = sw_subscriber_at(store, address, SW_ANY_PORT, now_ms, &subscriber, error);
	if (found > 0 && !subscriber.shared)
		return sw_case_of_account(store, subscriber.account, out, error);
	if (found < 0)
		return found;
	return sw_case_row_find(store,
				SW_CASE_COLUMNS "WHERE id = (SELECT case_id FROM case_signal "
						"WHERE address = ? ORDER BY last DESC LIMIT 1)",
				sw_prefix_format(address, text), out, error);
}

int sw_case_of_nobody(struct sw_store *store, const struct sw_prefix *address, struct sw_case *out,
		      struct sw_error *error)
{
	char who[SW_PREFIX_TEXT + 16] = "address:";

	sw_prefix_format(address, who + strlen(who));
	return sw_case_row_find(store, SW_CASE_COLUMNS "WHERE who = ?", who, out, error);
}

struct signals {
	sw_signal_visit visit;
	void *ctx;
};

static int visit_signal(void *ctx, sqlite3_stmt *statement)
{
	const struct signals *signals = ctx;
	struct sw_signal signal = {
		.severity = sqlite3_column_int(statement, 2),
		.first_ms = sqlite3_column_int64(statement, 6),
		.last_ms = sqlite3_column_int64(statement, 7),
		.count = sqlite3_column_int64(statement, 8),
	};

	if (sw_db_prefix(statement, 1, &signal.address))
		return 0; /* somebody else wrote it */
	sw_db_text(statement, 0, signal.kind, sizeof(signal.kind));
	sw_db_text(statement, 3, signal.sentence, sizeof(signal.sentence));
	sw_db_text(statement, 4, signal.peer, sizeof(signal.peer));
	sw_db_text(statement, 5, signal.feed, sizeof(signal.feed));
	return signals->visit(signals->ctx, &signal);
}

int sw_case_signals(struct sw_store *store, __s64 id, sw_signal_visit visit, void *ctx,
		    struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT kind, address, severity, sentence, peer, feed, first, last, count "
			  "FROM case_signal WHERE case_id = ? ORDER BY last DESC",
			  id, visit_signal, &(struct signals){ visit, ctx }, error);
}

int sw_case_dealings(struct sw_store *store, __s64 since_ms, sw_signal_visit visit, void *ctx,
		     struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT kind, address, severity, sentence, peer, feed, first, last, count "
			  "FROM case_signal WHERE last >= ? AND peer <> ''",
			  since_ms, visit_signal, &(struct signals){ visit, ctx }, error);
}

struct events {
	int (*visit)(void *ctx, const struct sw_case_event *event);
	void *ctx;
};

static int visit_event(void *ctx, sqlite3_stmt *statement)
{
	const struct events *events = ctx;
	struct sw_case_event event = { .at_ms = sqlite3_column_int64(statement, 0) };

	sw_db_text(statement, 1, event.what, sizeof(event.what));
	sw_db_text(statement, 2, event.name, sizeof(event.name));
	sw_db_text(statement, 3, event.text, sizeof(event.text));
	return events->visit(events->ctx, &event);
}

int sw_case_events(struct sw_store *store, __s64 id,
		   int (*visit)(void *ctx, const struct sw_case_event *event), void *ctx,
		   struct sw_error *error)
{
	return sw_db_each(store,
			  "SELECT at, what, name, text FROM case_event WHERE case_id = ? "
			  "ORDER BY at, id",
			  id, visit_event, &(struct events){ visit, ctx }, error);
}

static int count_state(void *ctx, sqlite3_stmt *statement)
{
	int state = sqlite3_column_int(statement, 0);
	__u64 *count = ctx;

	if (state >= 0 && state < SW_CASE_STATES)
		count[state] = sqlite3_column_int64(statement, 1);
	return 0;
}

int sw_cases_count(struct sw_store *store, __u64 count[SW_CASE_STATES], struct sw_error *error)
{
	memset(count, 0, SW_CASE_STATES * sizeof(*count));
	return sw_db_each(store,
			  "SELECT state, count(*) FROM cases WHERE state >= ? GROUP BY state", 0,
			  count_state, count, error);
}
