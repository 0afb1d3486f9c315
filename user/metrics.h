/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics, as Prometheus text or as JSON. */
#ifndef SPAMWEIR_METRICS_H
#define SPAMWEIR_METRICS_H

#include <jansson.h>
#include <stdio.h>

#include "snapshot.h"

struct sw_label {
	const char *name;
	const char *value;
};

/* Takes one metric after the other: its head, then its samples. */
struct sw_metrics_sink {
	void (*head)(void *ctx, const char *name, const char *type, const char *help);
	void (*sample)(void *ctx, const struct sw_label *label, size_t labels, __u64 value);
	void *ctx;
};

void sw_metrics_tell(const struct sw_snapshot *snapshot, const struct sw_metrics_sink *out);

/* Writes all metrics as text. -errno if the stream failed. */
int sw_metrics_print(const struct sw_snapshot *snapshot, FILE *out);

/* All of them as one object, the caller's to free. NULL: no memory. */
json_t *sw_metrics_json(const struct sw_snapshot *snapshot);

/* Takes a snapshot and writes it to `path` in one step, by a temporary file in
 * the same directory: the node exporter never reads half of it. */
int sw_metrics_write(const char *pin_dir, const char *path, struct sw_error *error);

#endif
