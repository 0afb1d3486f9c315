/* SPDX-License-Identifier: GPL-2.0 */
/* What stands in one of the kernel's routing tables. */
#ifndef SPAMWEIR_ROUTE_TABLE_H
#define SPAMWEIR_ROUTE_TABLE_H

#include <stdio.h>

#include "base/error.h"
#include "route/message.h"

/* By prefix; of one prefix there may be several, by metric. */
struct sw_routes {
	struct sw_route *route; /* free(3) */
	size_t count;
	size_t room;
};

/* Reads both families of a table of this network namespace, whose routes are of
 * `protocol`, or of any if that is RTPROT_UNSPEC. A table that does not exist is an empty
 * one. A dump is no snapshot, and does not say so: what changes meanwhile may be in it or
 * not (see route/watch.h). *out is the caller's. -errno with `error` set. */
int sw_routes_dump(__u32 table, __u8 protocol, struct sw_routes *out, struct sw_error *error);
void sw_routes_free(struct sw_routes *routes);

/* Puts them in order. */
void sw_routes_sort(struct sw_routes *routes);

/* -ENOMEM. */
int sw_routes_add(struct sw_routes *routes, const struct sw_route *route);

#endif
