/* SPDX-License-Identifier: GPL-2.0 */
/* A routing table as a feed's list: one prefix a line, with what its route is. */
#ifndef SPAMWEIR_ROUTE_LIST_H
#define SPAMWEIR_ROUTE_LIST_H

#include "route/table.h"

/* The text of those that make a list; the caller's. -ENOMEM. */
int sw_route_list_text(const struct sw_routes *routes, char **text, size_t *size);

/* How many of them do: unicast, blackhole, unreachable and prohibit routes, each prefix
 * once. */
size_t sw_route_list_count(const struct sw_routes *routes);

#endif
