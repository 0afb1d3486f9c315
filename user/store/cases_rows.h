/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of cases, as the files of this room use them. */
#ifndef SPAMWEIR_STORE_CASES_ROWS_H
#define SPAMWEIR_STORE_CASES_ROWS_H

#include "store/case.h"
#include "store/db.h"

#define SW_CASE_COLUMNS                                                                            \
	"SELECT id, account, address, state, severity, opened, first, last, closed, why, count, "  \
	"sentence FROM cases "

void sw_case_row(sqlite3_stmt *statement, struct sw_case *out);

/* 1 and the case of that text in the place of `where`, or 0. */
int sw_case_row_find(struct sw_store *store, const char *sql, const char *text, struct sw_case *out,
		     struct sw_error *error);

/* A line of its time line: "opened", "note"; `by`: "" if nobody did it. */
int sw_case_event(struct sw_store *store, __s64 id, __s64 at_ms, const char *what, const char *by,
		  const char *text, struct sw_error *error);

#endif
