/* SPDX-License-Identifier: GPL-2.0 */
/* `csv` and `json` of a feed: where its entries are in a list of any make. */
#ifndef SPAMWEIR_CONFIG_FIELDS_H
#define SPAMWEIR_CONFIG_FIELDS_H

#include "config/schema.h"
#include "config/value.h"

/* Read a value into a struct sw_feed_config (sw_value_readers), which is then of that
 * format. */
int sw_fields_read_csv(const struct sw_value *value, void *feed);
int sw_fields_read_json(const struct sw_value *value, void *feed);

/* Checks them with the feed's other keys. -EINVAL. */
int sw_fields_check(const struct sw_value *value, const struct sw_feed_config *feed);

void sw_fields_free(struct sw_fields_config *fields); /* NULL is fine */

#endif
