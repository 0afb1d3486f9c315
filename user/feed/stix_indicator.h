/* SPDX-License-Identifier: GPL-2.0 */
/* Indicators of STIX 2.1 as rows: those that have a pattern of addresses, are not revoked, and
 * are valid by now and still. */
#ifndef SPAMWEIR_FEED_STIX_INDICATOR_H
#define SPAMWEIR_FEED_STIX_INDICATOR_H

#include "feed/table.h"

/* Its rows need reader->own, the struct sw_versions of the bundle. */
extern const struct sw_table sw_stix_indicators;

#endif
