/* SPDX-License-Identifier: GPL-2.0 */
/* What the configuration tells of lists of any make. */
#ifndef SPAMWEIR_FEED_MAPPED_H
#define SPAMWEIR_FEED_MAPPED_H

#include "base/span.h"
#include "config/schema.h"

/* The next name that no object of the list has, by report->unnamed, which loses its bit; *key
 * is the one of `json` that has the name. False: there is none. */
bool sw_mapped_unnamed(const struct sw_fields_config *fields, __u16 *unnamed, struct sw_span *name,
		       const char **key);

#endif
