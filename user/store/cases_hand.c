// SPDX-License-Identifier: GPL-2.0
#include "store/cases_hand.h"

#include "base/clock.h"
#include "store/cases_rows.h"

static int event(struct sw_store *store, __s64 id, __s64 now_ms, const char *what, const char *text,
		 struct sw_error *error)
{
	struct sw_person person;

	sw_person_self(&person);
	return sw_case_event(store, id, now_ms, what, person.name, text, error);
}

int sw_case_note(struct sw_store *store, __s64 id, const char *text, struct sw_error *error)
{
	return event(store, id, sw_wall_ms(), "note", text, error);
}

int sw_case_close(struct sw_store *store, __s64 id, const char *why, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	__s64 now_ms = sw_wall_ms();
	int err;

	err = sw_db_prepare(store,
			    "UPDATE cases SET state = 2, closed = ?2, why = ?3 WHERE id = ?1",
			    &statement, error);
	if (!err) {
		sqlite3_bind_int64(statement, 1, id);
		sqlite3_bind_int64(statement, 2, now_ms);
		sqlite3_bind_text(statement, 3, why, -1, SQLITE_STATIC);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_finalize(statement);
	return err ? err : event(store, id, now_ms, "closed", why, error);
}

int sw_case_reopen(struct sw_store *store, __s64 id, struct sw_error *error)
{
	__s64 now_ms = sw_wall_ms();
	int err;

	err = sw_db_run_with(store,
			     "UPDATE cases SET state = 0, opened = ?2, closed = NULL, why = '' "
			     "WHERE id = ?1",
			     (__s64[]){ id, now_ms }, 2, error);
	return err ? err : event(store, id, now_ms, "reopened", "", error);
}
