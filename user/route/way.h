/* SPDX-License-Identifier: GPL-2.0 */
/* By which device this machine would send to an address. */
#ifndef SPAMWEIR_ROUTE_WAY_H
#define SPAMWEIR_ROUTE_WAY_H

#include "base/prefix.h"

/* Asks the kernel; nothing is sent. -ENETUNREACH or the like: there is no way. */
int sw_route_way(const struct sw_prefix *address, unsigned *ifindex);

#endif
