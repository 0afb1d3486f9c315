/* SPDX-License-Identifier: GPL-2.0 */
/* `suspects`: by which rules somebody is taken for a zombie. */
#ifndef SPAMWEIR_CONFIG_SUSPECTS_H
#define SPAMWEIR_CONFIG_SUSPECTS_H

#include "config/schema.h"
#include "config/value.h"

/* What holds where the configuration says nothing. */
void sw_suspects_defaults(struct sw_suspects_config *suspects);

/* Reads a value into a struct sw_config (an sw_value_reader). */
int sw_config_read_suspects(const struct sw_value *value, void *config);

#endif
