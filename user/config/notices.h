/* SPDX-License-Identifier: GPL-2.0 */
/* `notices`. */
#ifndef SPAMWEIR_CONFIG_NOTICES_H
#define SPAMWEIR_CONFIG_NOTICES_H

#include "config/schema.h"
#include "config/value.h"

/* Reads a value into a struct sw_config (an sw_value_reader). After a failure, too,
 * what was read is in it and is freed with it. */
int sw_config_read_notices(const struct sw_value *value, void *config);

void sw_notices_config_free(struct sw_notices_config *notices);

#endif
