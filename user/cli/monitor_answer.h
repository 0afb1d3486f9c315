/* SPDX-License-Identifier: GPL-2.0 */
/* Is it safe to switch? */
#ifndef SPAMWEIR_CLI_MONITOR_ANSWER_H
#define SPAMWEIR_CLI_MONITOR_ANSWER_H

#include "cli/monitor_report.h"

/* One sentence with the numbers. Returns `out`, which has SW_MONITOR_TEXT bytes. */
#define SW_MONITOR_TEXT 640
char *sw_monitor_answer(const struct sw_monitor_report *report, char *out);

/* A line of an allow feed, for a mail server that would be hit. The same. */
char *sw_monitor_allow_line(const struct sw_monitor_hit *hit, char *out);

/* What is to be done before enforcing, a sentence each. */
#define SW_MONITOR_STEPS 8
struct sw_monitor_steps {
	char text[SW_MONITOR_STEPS][SW_MONITOR_TEXT];
	int count;
};
void sw_monitor_steps(const struct sw_monitor_report *report, struct sw_monitor_steps *out);

#endif
