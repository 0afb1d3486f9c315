/* SPDX-License-Identifier: GPL-2.0 */
/* What people do with cases. In a transaction, with the person's name in the time line. */
#ifndef SPAMWEIR_STORE_CASES_HAND_H
#define SPAMWEIR_STORE_CASES_HAND_H

#include "store/cases.h"

int sw_case_note(struct sw_store *store, __s64 id, const char *text, struct sw_error *error);

/* One that is closed gets another reason. */
int sw_case_close(struct sw_store *store, __s64 id, const char *why, struct sw_error *error);
int sw_case_reopen(struct sw_store *store, __s64 id, struct sw_error *error);

#endif
