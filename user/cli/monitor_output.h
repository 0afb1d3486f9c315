/* SPDX-License-Identifier: GPL-2.0 */
/* What enforcing would change, for people and for programs. */
#ifndef SPAMWEIR_CLI_MONITOR_OUTPUT_H
#define SPAMWEIR_CLI_MONITOR_OUTPUT_H

#include <jansson.h>

#include "cli/monitor_report.h"

/* The answer first, then why, then what to do. */
void sw_print_monitor(const struct sw_monitor_report *report);

/* An object, the caller's. NULL: no memory. */
json_t *sw_monitor_json(const struct sw_monitor_report *report);

#endif
