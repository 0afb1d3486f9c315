/* SPDX-License-Identifier: GPL-2.0 */
/* What routing tells of who is behind which device. */
#ifndef SPAMWEIR_ROUTE_WAYS_H
#define SPAMWEIR_ROUTE_WAYS_H

#include "base/error.h"
#include "route/table.h"

#define SW_WAYS_OUT 16

/* The devices by which packets for the Internet leave, each once: as the kernel says of some
 * addresses all over the Internet, to which nothing is sent. Their number. */
size_t sw_ways_out(unsigned ifindex[SW_WAYS_OUT]);

/* The routes of the main table that the kernel, administrators, DHCP and router
 * advertisements made, by prefix; not those that a routing daemon has learned, of which there
 * may be a million. *out is sw_routes_free's, on failure too. -errno with `error` set. */
int sw_ways_home(struct sw_routes *out, struct sw_error *error);

#endif
