/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a line that is no entry is of a table, and where that has its addresses. */
#ifndef SPAMWEIR_FEED_LOOKS_CSV_H
#define SPAMWEIR_FEED_LOOKS_CSV_H

#include "base/span.h"

/* A row with an address in it, or a header that names a column of addresses; `out` is
 * then what sw_feed_looks_like() says. */
bool sw_feed_looks_like_csv(struct sw_span line, char *out, size_t room);

#endif
