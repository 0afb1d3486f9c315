/* SPDX-License-Identifier: GPL-2.0 */
/* The keys of a feed that say what its list may be: how wide, how long, how different from
 * the one before, and in which space. */
#ifndef SPAMWEIR_CONFIG_BOUNDS_H
#define SPAMWEIR_CONFIG_BOUNDS_H

#include "config/schema.h"
#include "config/value.h"

/* Value readers, into a struct sw_feed_config. */
int sw_bounds_read_max_width(const struct sw_value *value, void *into);
int sw_bounds_read_max_entries(const struct sw_value *value, void *into);
int sw_bounds_read_max_change(const struct sw_value *value, void *into);
int sw_bounds_read_may_list_own(const struct sw_value *value, void *into);
int sw_bounds_read_may_list_special(const struct sw_value *value, void *into);
int sw_bounds_read_may_be_empty(const struct sw_value *value, void *into);

/* Before a feed is read: its bounds are unsaid. Behind that: those that still are get
 * their defaults, which depend on what kind of source the list has. */
void sw_bounds_unsaid(struct sw_feed_config *feed);
void sw_bounds_default(struct sw_feed_config *feed);

#endif
