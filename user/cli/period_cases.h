/* SPDX-License-Identifier: GPL-2.0 */
/* Cases, and what was listed by hand, in a time. */
#ifndef SPAMWEIR_CLI_PERIOD_CASES_H
#define SPAMWEIR_CLI_PERIOD_CASES_H

#include "report/period.h"
#include "store/store.h"

/* -errno. */
int sw_period_cases(struct sw_store *store, struct sw_period *period, struct sw_error *error);

#endif
