/* SPDX-License-Identifier: GPL-2.0 */
/* What a line that is no entry might be, for the person who has to mend it. */
#ifndef SPAMWEIR_FEED_LOOKS_H
#define SPAMWEIR_FEED_LOOKS_H

#include "base/span.h"

/* "an address with a port; ... takes it off": with what to do. Empty if there
 * is nothing to say. Returns `out`. */
char *sw_feed_looks_like(struct sw_span line, char *out, size_t room);

#endif
