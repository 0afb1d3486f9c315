/* SPDX-License-Identifier: GPL-2.0 */
/* `nat64`: prefixes in which translators of this network embed IPv4 addresses. */
#ifndef SPAMWEIR_CONFIG_NAT64_H
#define SPAMWEIR_CONFIG_NAT64_H

#include "config/value.h"

/* Reads a value into a struct sw_config (sw_value_reader). */
int sw_config_read_nat64(const struct sw_value *value, void *config);

#endif
