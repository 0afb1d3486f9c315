/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics, in the order in which they are told. */
#ifndef SPAMWEIR_REPORT_METRICS_H
#define SPAMWEIR_REPORT_METRICS_H

#include "report/metric.h"
#include "report/snapshot.h"

/* All of what is loaded. */
void sw_metrics_tell(const struct sw_snapshot *snapshot, const struct sw_metrics_sink *out);

/* Some of them by themselves, for when nothing is. */
void sw_metrics_head_attached(const struct sw_metrics_sink *out);
void sw_metrics_attached(const struct sw_metrics_sink *out, const char *interface,
			 enum sw_role role, bool generic, bool attached);
void sw_metrics_reload(const struct sw_metrics_sink *out, bool success);
void sw_metrics_heartbeat(const struct sw_metrics_sink *out, __u64 unix_s); /* 0: none */
void sw_metrics_build(const struct sw_metrics_sink *out);

#endif
