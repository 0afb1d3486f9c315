/* SPDX-License-Identifier: GPL-2.0 */
/* One metric: its head, then its samples. */
#ifndef SPAMWEIR_REPORT_METRIC_H
#define SPAMWEIR_REPORT_METRIC_H

#include <linux/types.h>
#include <stddef.h>

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

/* `type` is "counter" or "gauge"; `help` a sentence. */
void sw_metric_head(const struct sw_metrics_sink *out, const char *name, const char *type,
		    const char *help);
void sw_metric_sample(const struct sw_metrics_sink *out, __u64 value, const struct sw_label *label,
		      size_t labels);

/* A whole metric: a gauge that has one sample and no labels. */
void sw_metric_gauge(const struct sw_metrics_sink *out, const char *name, const char *help,
		     __u64 value);

/* A sample with labels, each { "name", "value" }. */
#define SW_METRIC(out, value, ...)                                                                 \
	sw_metric_sample(out, value, (const struct sw_label[]){ __VA_ARGS__ },                     \
			 sizeof((struct sw_label[]){ __VA_ARGS__ }) / sizeof(struct sw_label))

#endif
