/* SPDX-License-Identifier: GPL-2.0 */
/* `cases`. */
#ifndef SPAMWEIR_CONFIG_CASES_H
#define SPAMWEIR_CONFIG_CASES_H

#include "config/value.h"

/* Reads a value into a struct sw_config (an sw_value_reader). */
int sw_config_read_cases(const struct sw_value *value, void *config);

#endif
