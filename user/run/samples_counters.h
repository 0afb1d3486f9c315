/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of NICs and feeds, into sums by the hour. */
#ifndef SPAMWEIR_RUN_SAMPLES_COUNTERS_H
#define SPAMWEIR_RUN_SAMPLES_COUNTERS_H

#include "run/samples_from.h"

int sw_samples_of_counters(const struct sw_samples_from *from, struct sw_error *error);

#endif
