/* SPDX-License-Identifier: GPL-2.0 */
/* `tunnels`: which kinds are opened. */
#ifndef SPAMWEIR_CONFIG_TUNNELS_H
#define SPAMWEIR_CONFIG_TUNNELS_H

#include "config/value.h"

/* Reads a value into a struct sw_config (an sw_value_reader). */
int sw_config_read_tunnels(const struct sw_value *value, void *into);

#endif
