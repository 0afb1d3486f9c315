/* SPDX-License-Identifier: GPL-2.0 */
/* Bars over time, as SVG within a page. */
#ifndef SPAMWEIR_REPORT_PERIOD_CHART_H
#define SPAMWEIR_REPORT_PERIOD_CHART_H

#include <stdio.h>

#include "report/period.h"

#define SW_CHART_LAYERS 4

struct sw_chart {
	const char *title; /* for those who do not see it */
	int layers;
	const char *layer[SW_CHART_LAYERS];   /* what is stacked, a word for programs, */
	const char *caption[SW_CHART_LAYERS]; /* and for people */
	__u64 (*value)(const struct sw_period_bucket *bucket, int layer);
};

void sw_chart_print(FILE *out, const struct sw_period *period, const struct sw_chart *chart);

#endif
