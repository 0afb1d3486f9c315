/* SPDX-License-Identifier: GPL-2.0 */
/* A line in the time line of a case: what he is listed by has gone to another address. */
#ifndef SPAMWEIR_STORE_CASE_MOVED_H
#define SPAMWEIR_STORE_CASE_MOVED_H

#include "store/store.h"

/* Of the account's case, if he has one. -errno. */
int sw_case_moved(struct sw_store *store, const char *account, __s64 at_ms, const char *text,
		  struct sw_error *error);

#endif
