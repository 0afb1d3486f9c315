/* SPDX-License-Identifier: GPL-2.0 */
/* Putting a plan in force: maps, the generation, programs on NICs. */
#ifndef SPAMWEIR_RUN_FORCE_H
#define SPAMWEIR_RUN_FORCE_H

#include "run/applying.h"

/* The state is open, a->plan made and a->layout chosen. `load`: on the NICs of the
 * config; else only for what is attached, unless the tables have outgrown it. On
 * failure what was in force before still is. -errno; -ESTALE: what has changed cannot be
 * put in force by itself, and nothing was done. */
int sw_put_in_force(struct applying *a, bool load);

#endif
