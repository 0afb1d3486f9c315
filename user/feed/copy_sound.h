/* SPDX-License-Identifier: GPL-2.0 */
/* Whether what a copy lists can be used as it lies there. */
#ifndef SPAMWEIR_FEED_COPY_SOUND_H
#define SPAMWEIR_FEED_COPY_SOUND_H

#include "feed/copy_layout.h"

/* Whether the entries of a copy, whose header is sound, ascend, have no host bits and no
 * lengths but those that the header names, cover what it says, by which the gate goes, and
 * have texts that it holds. */
bool sw_copy_is_in_order(const struct sw_feed_copy *copy);

#endif
