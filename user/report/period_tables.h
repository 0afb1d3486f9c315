/* SPDX-License-Identifier: GPL-2.0 */
/* The tables of the page. */
#ifndef SPAMWEIR_REPORT_PERIOD_TABLES_H
#define SPAMWEIR_REPORT_PERIOD_TABLES_H

#include <stdio.h>

#include "report/period.h"

void sw_period_tables_reasons(FILE *out, const struct sw_period *period); /* and NICs */
void sw_period_tables_feeds(FILE *out, const struct sw_period *period);
void sw_period_tables_cases(FILE *out, const struct sw_period *period);
void sw_period_tables_listed(FILE *out, const struct sw_period *period); /* by hand */

#endif
