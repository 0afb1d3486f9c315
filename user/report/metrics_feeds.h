/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics of feeds, each by the name of the feed. */
#ifndef SPAMWEIR_REPORT_METRICS_FEEDS_H
#define SPAMWEIR_REPORT_METRICS_FEEDS_H

#include "report/metric.h"
#include "report/snapshot.h"

void sw_metrics_feeds(const struct sw_snapshot *snapshot, const struct sw_metrics_sink *out);

#endif
