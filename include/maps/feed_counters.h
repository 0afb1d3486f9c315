/* SPDX-License-Identifier: GPL-2.0 */
/* What a feed decided, by slot and CPU, whatever the NIC: struct sw_counter. */
#ifndef SPAMWEIR_MAPS_FEED_COUNTERS_H
#define SPAMWEIR_MAPS_FEED_COUNTERS_H

#include "maps/counters.h"

_Static_assert(sizeof(struct sw_counter) == 16, "layout is pinned");

#endif
