/* SPDX-License-Identifier: GPL-2.0 */
/* `feeds`. */
#ifndef SPAMWEIR_CONFIG_FEEDS_H
#define SPAMWEIR_CONFIG_FEEDS_H

#include "config/schema.h"
#include "config/value.h"

/* A reader of a value (sw_value_reader) into a struct sw_config. What was read is
 * in it, to be freed with it, on failure too. */
int sw_config_read_feeds(const struct sw_value *value, void *config);

void sw_feed_config_free(struct sw_feed_config *feed); /* what it holds, not itself */

#endif
