/* SPDX-License-Identifier: GPL-2.0 */
/* What STIX has where there is nothing to say. */
#ifndef SPAMWEIR_FEED_STIX_NOTHING_H
#define SPAMWEIR_FEED_STIX_NOTHING_H

#include <stdbool.h>

#include "base/span.h"

/* Whether it is a bundle of nothing, several in an array, or TAXII's answer that there is
 * nothing; not what says anything else, such as an error. */
bool sw_stix_is_nothing(struct sw_span text);

#endif
