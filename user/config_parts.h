/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of the configuration that have a file of their own. */
#ifndef SPAMWEIR_CONFIG_PARTS_H
#define SPAMWEIR_CONFIG_PARTS_H

#include "config.h"
#include "config_yaml.h"

/* Readers of values (sw_value_reader) into a struct sw_config. What was read is
 * in it, to be freed with it, on failure too. */
int sw_config_read_smtp(const struct sw_value *value, void *config);
int sw_config_read_feeds(const struct sw_value *value, void *config);

void sw_feed_config_free(struct sw_feed_config *feed); /* what it holds, not itself */

#endif
