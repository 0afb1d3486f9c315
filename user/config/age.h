/* SPDX-License-Identifier: GPL-2.0 */
/* The key max_age of a feed. */
#ifndef SPAMWEIR_CONFIG_AGE_H
#define SPAMWEIR_CONFIG_AGE_H

#include "config/schema.h"
#include "config/value.h"

/* A value reader, into a struct sw_feed_config. */
int sw_age_read(const struct sw_value *value, void *into);

/* What depends on several keys. */
int sw_age_check(const struct sw_value *value, const struct sw_feed_config *feed);

#endif
