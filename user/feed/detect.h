/* SPDX-License-Identifier: GPL-2.0 */

/* What a text is before any line of it is read: no feed at all, or of which format. */
#ifndef SPAMWEIR_FEED_DETECT_H
#define SPAMWEIR_FEED_DETECT_H

#include "base/error.h"
#include "base/span.h"
#include "config/schema.h"

/* Fails, with `error` set, if the text is no feed of any format: -EINVAL. */
int sw_feed_refuse_alien(const struct sw_feed_config *feed, struct sw_span text,
			 struct sw_error *error);

/* Whether an HTML page begins in a line that is no entry: at its start, or where a list
 * broke off in its middle. */
bool sw_feed_has_page(struct sw_span line);

/* The format that most of the first lines have; plain if they have none. */
enum sw_format sw_feed_recognise(struct sw_span text);

#endif
