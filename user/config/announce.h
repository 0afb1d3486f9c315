/* SPDX-License-Identifier: GPL-2.0 */
/* The part `announce` of a configuration: what others are to know. */
#ifndef SPAMWEIR_CONFIG_ANNOUNCE_H
#define SPAMWEIR_CONFIG_ANNOUNCE_H

#include "config/schema.h"
#include "config/value.h"

/* Value reader, into a struct sw_config. */
int sw_config_read_announce(const struct sw_value *value, void *into);

/* Against all else in the file: no feed may read what is announced. */
int sw_config_check_announce(const struct sw_value *value, const struct sw_config *config);

#endif
