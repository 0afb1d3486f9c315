/* SPDX-License-Identifier: GPL-2.0 */
/* How much room the tables of a publish have. */
#ifndef SPAMWEIR_RUN_LAYOUT_H
#define SPAMWEIR_RUN_LAYOUT_H

#include "run/applying.h"

/* Chooses a->layout: that of what is in force, if what is planned fits. A `reload` does
 * not measure for that: it is told by sw_layout_outgrown if it does not. */
int sw_layout_choose(struct applying *a, bool load);

/* What is planned found no room: measures, and chooses a larger layout if that is why. */
int sw_layout_outgrown(struct applying *a);

/* That of tables which are loaded where none are. */
struct sw_layout sw_layout_room(const struct sw_layout *need);

#endif
