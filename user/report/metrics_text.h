/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics as Prometheus text, for the node exporter. */
#ifndef SPAMWEIR_REPORT_METRICS_TEXT_H
#define SPAMWEIR_REPORT_METRICS_TEXT_H

#include <stdio.h>

#include "base/error.h"
#include "report/snapshot.h"

/* Writes all metrics as text. -errno if the stream failed. */
int sw_metrics_print(const struct sw_snapshot *snapshot, FILE *out);

/* Takes a snapshot and writes it to `path` in one step, by a temporary file in
 * the same directory: the node exporter never reads half of it. */
int sw_metrics_write(const char *pin_dir, const char *path, struct sw_error *error);

#endif
