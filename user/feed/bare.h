/* SPDX-License-Identifier: GPL-2.0 */
/* Lines that are an IPv4 address or prefix and nothing else, which most long lists are of. */
#ifndef SPAMWEIR_FEED_BARE_H
#define SPAMWEIR_FEED_BARE_H

#include "feed/format.h"

/* Takes as many of them as come next, each as sw_feed_read_lines() takes any line of a
 * plain list, and moves `lines` behind them. It stops at whatever is not as plain as that,
 * or wants a word said of it: a length that is too wide, an entry more than the feed may
 * have, the last line. 0, or what the sink returned. */
int sw_feed_take_bare(struct sw_feed_reader *reader, struct sw_lines *lines);

#endif
