/* SPDX-License-Identifier: GPL-2.0 */
/* The entries of a feed that stand in the configuration. */
#ifndef SPAMWEIR_CONFIG_ENTRIES_H
#define SPAMWEIR_CONFIG_ENTRIES_H

#include "config/schema.h"
#include "config/value.h"

/* A value reader, into a struct sw_feed_config. */
int sw_entries_read(const struct sw_value *value, void *into);

void sw_entries_free(struct sw_feed_config *feed);

#endif
