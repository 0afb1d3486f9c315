/* SPDX-License-Identifier: GPL-2.0 */
/* Which rows of a list are wanted, as `where` says. */
#ifndef SPAMWEIR_FEED_WHERE_H
#define SPAMWEIR_FEED_WHERE_H

#include "base/span.h"
#include "config/schema.h"

/* Whether the value is one of those that are wanted. "!x" is any but x, and holds only
 * if all such do; "> 5", ">= 5", "< 5" and "<= 5" compare numbers. */
bool sw_where_holds(const struct sw_where_config *where, struct sw_span value);

#endif
