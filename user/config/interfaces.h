/* SPDX-License-Identifier: GPL-2.0 */
/* `interfaces`: NICs and their roles. */
#ifndef SPAMWEIR_CONFIG_INTERFACES_H
#define SPAMWEIR_CONFIG_INTERFACES_H

#include "config/value.h"

/* Reads a value into a struct sw_config (an sw_value_reader). After a failure, too,
 * what was read is in it and is freed with it. */
int sw_config_read_interfaces(const struct sw_value *value, void *config);

#endif
