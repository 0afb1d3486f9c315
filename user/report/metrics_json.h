/* SPDX-License-Identifier: GPL-2.0 */
/* The metrics as one object. */
#ifndef SPAMWEIR_REPORT_METRICS_JSON_H
#define SPAMWEIR_REPORT_METRICS_JSON_H

#include <jansson.h>

#include "report/snapshot.h"

/* All of them as one object, the caller's to free. NULL: no memory. */
json_t *sw_metrics_json(const struct sw_snapshot *snapshot);

#endif
