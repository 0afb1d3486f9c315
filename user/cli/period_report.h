/* SPDX-License-Identifier: GPL-2.0 */
/* What happened in a time, from what the daemon has taken to the store. */
#ifndef SPAMWEIR_CLI_PERIOD_REPORT_H
#define SPAMWEIR_CLI_PERIOD_REPORT_H

#include "cli/options.h"
#include "report/period.h"

/* Sums up by hours, or if it is more than two days by days, which begin at midnight UTC: of the
 * first one all is told. *out is released by sw_period_release, also after an error.
 * -ENOENT: there is no database; -errno. */
int sw_period_report_make(const struct sw_options *options, __s64 since_ms, struct sw_period *out,
			  struct sw_error *error);

#endif
