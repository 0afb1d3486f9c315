/* SPDX-License-Identifier: GPL-2.0 */
/* What happened in a time, as a page that needs nothing but itself: no script, no font, no
 * picture from elsewhere. */
#ifndef SPAMWEIR_REPORT_PERIOD_PAGE_H
#define SPAMWEIR_REPORT_PERIOD_PAGE_H

#include "base/error.h"
#include "report/period.h"

/* Replaces the file as a whole; it is for its owner alone, for it names subscribers. */
int sw_period_page_write(const struct sw_period *period, const char *path, struct sw_error *error);

#endif
