/* SPDX-License-Identifier: GPL-2.0 */
/* What happened in a time, for programs. */
#ifndef SPAMWEIR_REPORT_PERIOD_JSON_H
#define SPAMWEIR_REPORT_PERIOD_JSON_H

#include <jansson.h>

#include "report/period.h"

/* An object, the caller's. NULL: no memory. */
json_t *sw_period_json(const struct sw_period *period);

#endif
