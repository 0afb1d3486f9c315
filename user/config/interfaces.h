/* SPDX-License-Identifier: GPL-2.0 */
/* `interfaces`: NICs and their roles. */
#ifndef SPAMWEIR_CONFIG_INTERFACES_H
#define SPAMWEIR_CONFIG_INTERFACES_H

#include "config/value.h"

/* A reader of a value (sw_value_reader) into a struct sw_config. What was read is
 * in it, to be freed with it, on failure too. */
int sw_config_read_interfaces(const struct sw_value *value, void *config);

#endif
