/* SPDX-License-Identifier: GPL-2.0 */
/* Values as a row of bars, one a column. */
#ifndef SPAMWEIR_TOP_BARS_H
#define SPAMWEIR_TOP_BARS_H

#include <stdbool.h>
#include <stddef.h>

/* The highest fills its column; 0 is the least. In UTF-8 by eighths of a block, else by
 * ASCII. What does not fit is left out. Returns `out`. */
char *sw_top_bars(const float *value, unsigned count, bool utf8, char *out, size_t room);

#endif
