/* SPDX-License-Identifier: GPL-2.0 */
/* Reading an rbldnsd zone of any type. */
#ifndef SPAMWEIR_FEED_ZONE_READ_H
#define SPAMWEIR_FEED_ZONE_READ_H

#include "feed/format.h"
#include "feed/zone.h"

/* A struct sw_feed_format's read_text. If the type is unknown, $DATASET lines say it, and
 * the datasets of the base zone, "@", are read; without any, all that is not ambiguous. */
int sw_zone_read(struct sw_feed_reader *reader, struct sw_span text, enum sw_zone_type type);

#endif
