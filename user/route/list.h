/* SPDX-License-Identifier: GPL-2.0 */
/* A routing table as a feed's list: one prefix a line, with what its route is. */
#ifndef SPAMWEIR_ROUTE_LIST_H
#define SPAMWEIR_ROUTE_LIST_H

#include "route/table.h"

/* The text of those that make a list, the caller's, and how many these are: unicast, blackhole,
 * unreachable and prohibit routes, each prefix once. -ENOMEM. */
int sw_route_list_text(const struct sw_routes *routes, char **text, size_t *size, size_t *entries);

#endif
