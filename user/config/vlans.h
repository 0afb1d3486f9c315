/* SPDX-License-Identifier: GPL-2.0 */
/* `vlans`: the roles that a NIC has for VLANs. */
#ifndef SPAMWEIR_CONFIG_VLANS_H
#define SPAMWEIR_CONFIG_VLANS_H

#include "config/value.h"

/* Reads a value into a struct sw_interface_config (an sw_value_reader). */
int sw_config_read_vlans(const struct sw_value *value, void *into);

#endif
