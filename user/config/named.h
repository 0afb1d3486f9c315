/* SPDX-License-Identifier: GPL-2.0 */
/* Feeds by their names. */
#ifndef SPAMWEIR_CONFIG_NAMED_H
#define SPAMWEIR_CONFIG_NAMED_H

#include "config/schema.h"

/* NULL: the configuration names no such feed. */
const struct sw_feed_config *sw_config_feed(const struct sw_config *config, const char *name);

/* Says that it does not, and which one was probably meant. -ENOENT. */
int sw_config_no_feed(const struct sw_config *config, const char *name, struct sw_error *error);

#endif
