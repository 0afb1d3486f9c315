/* SPDX-License-Identifier: GPL-2.0 */
/* `subscribers`. */
#ifndef SPAMWEIR_CONFIG_SUBSCRIBERS_H
#define SPAMWEIR_CONFIG_SUBSCRIBERS_H

#include "config/schema.h"
#include "config/value.h"

/* Reads a value into a struct sw_config (an sw_value_reader). After a failure, too,
 * what was read is in it and is freed with it. */
int sw_config_read_subscribers(const struct sw_value *value, void *config);

void sw_subscribers_config_free(struct sw_subscribers_config *subscribers);

#endif
