/* SPDX-License-Identifier: GPL-2.0 */
/* A feed that is a table of the kernel's routes. */
#ifndef SPAMWEIR_CONFIG_ROUTES_H
#define SPAMWEIR_CONFIG_ROUTES_H

#include "config/schema.h"
#include "config/value.h"

/* Value reader, into a struct sw_feed_config. */
int sw_routes_read(const struct sw_value *value, void *into);

/* What depends on several keys. */
int sw_routes_check(const struct sw_value *value, const struct sw_feed_config *feed);

/* What a routing table's number and a route's protocol are. */
int sw_routes_read_table(const struct sw_value *value, __u32 *table);
int sw_routes_read_protocol(const struct sw_value *value, bool any, __u8 *protocol);

/* The name of a route's protocol; NULL: it has none. */
const char *sw_route_protocol_name(__u8 protocol);

/* Says where the lists of these feeds are: as files below `state_dir`, which somebody else
 * writes (run/route_feeds.h). Those that have a path keep it. -ENOMEM. */
int sw_routes_place(struct sw_config *config, const char *state_dir);

#endif
