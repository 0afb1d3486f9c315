// SPDX-License-Identifier: GPL-2.0
#include "store/case_moved.h"

#include "store/cases_read.h"
#include "store/cases_rows.h"

int sw_case_moved(struct sw_store *store, const char *account, __s64 at_ms, const char *text,
		  struct sw_error *error)
{
	struct sw_case found;
	int err = sw_case_of_account(store, account, &found, error);

	return err > 0 ? sw_case_event(store, found.id, at_ms, "moved", "", text, error) : err;
}
