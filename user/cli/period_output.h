/* SPDX-License-Identifier: GPL-2.0 */
/* What happened in a time, in some lines. */
#ifndef SPAMWEIR_CLI_PERIOD_OUTPUT_H
#define SPAMWEIR_CLI_PERIOD_OUTPUT_H

#include "report/period.h"

void sw_print_period(const struct sw_period *period);

#endif
