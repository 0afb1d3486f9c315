// SPDX-License-Identifier: GPL-2.0
#include "report/metric.h"

void sw_metric_head(const struct sw_metrics_sink *out, const char *name, const char *type,
		    const char *help)
{
	out->head(out->ctx, name, type, help);
}

void sw_metric_sample(const struct sw_metrics_sink *out, __u64 value, const struct sw_label *label,
		      size_t labels)
{
	out->sample(out->ctx, label, labels, value);
}

void sw_metric_gauge(const struct sw_metrics_sink *out, const char *name, const char *help,
		     __u64 value)
{
	sw_metric_head(out, name, "gauge", help);
	sw_metric_sample(out, value, NULL, 0);
}
