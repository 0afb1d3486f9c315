/* SPDX-License-Identifier: GPL-2.0 */
/* A few changes of live zombies, announced without a look at all that is listed. */
#ifndef SPAMWEIR_RUN_ANNOUNCE_FEW_H
#define SPAMWEIR_RUN_ANNOUNCE_FEW_H

#include "run/announce_change.h"
#include "run/announcing.h"

/* Does what has changed since w->now.whole to the table, if nothing else has changed
 * since, and says so in w->now. -ESTALE: the table has to be made whole. */
int sw_announce_few_changed(struct sw_announcing *w, const struct sw_announce_change *change,
			    struct sw_error *error);

/* The same of those that the datapath has listed itself. */
int sw_announce_few_detected(struct sw_announcing *w, struct sw_error *error);

#endif
