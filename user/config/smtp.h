/* SPDX-License-Identifier: GPL-2.0 */
/* `smtp`: ports, limits, and how IPv6 sources are cut. */
#ifndef SPAMWEIR_CONFIG_SMTP_H
#define SPAMWEIR_CONFIG_SMTP_H

#include "config/value.h"

/* A reader of a value (sw_value_reader) into a struct sw_config. What was read is
 * in it, to be freed with it, on failure too. */
int sw_config_read_smtp(const struct sw_value *value, void *config);

#endif
