/* SPDX-License-Identifier: GPL-2.0 */
/* What was in force of the operator's lists, and went with the state directory. */
#ifndef SPAMWEIR_RUN_LISTS_LOST_H
#define SPAMWEIR_RUN_LISTS_LOST_H

#include "run/applying.h"

struct sw_lists_lost {
	__u64 entries[SW_LISTS]; /* that were in force */
};

/* Counts them, before anything is published. All 0 as long as they are known on disk: who took
 * an entry out meant it. */
void sw_lists_lost_find(const struct applying *a, struct sw_lists_lost *out);

/* Says it, when others are in force; whether there was anything to be said. */
bool sw_lists_lost_say(const struct applying *a, const struct sw_lists_lost *lost);

#endif
