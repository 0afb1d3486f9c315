/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics as Prometheus text, for the node exporter. */
#ifndef SPAMWEIR_REPORT_METRICS_TEXT_H
#define SPAMWEIR_REPORT_METRICS_TEXT_H

#include <stdio.h>

#include "base/error.h"
#include "report/metrics.h"
#include "report/snapshot.h"

/* Metrics as text under way. Those of an instance in another place than the
 * default bear its directory as the label `instance_dir`, so that two on one
 * machine have no series in common. */
struct sw_text {
	FILE *out;
	const char *name;	  /* of the metric under way */
	const char *instance_dir; /* NULL: none is said */
};

struct sw_text sw_text_begin(FILE *out, const char *pin_dir);
struct sw_metrics_sink sw_text_sink(struct sw_text *text);
int sw_text_end(struct sw_text *text); /* -errno if the stream failed */

/* Writes all metrics as text. -errno if the stream failed. */
int sw_metrics_print(const struct sw_snapshot *snapshot, FILE *out);

/* The same to `path` in one step, by a temporary file in the same directory: the
 * node exporter never reads half of it. */
int sw_metrics_write(struct sw_snapshot *snapshot, const char *path, struct sw_error *error);

#endif
