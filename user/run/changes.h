/* SPDX-License-Identifier: GPL-2.0 */
/* Publishing what has changed, where that is little. */
#ifndef SPAMWEIR_RUN_CHANGES_H
#define SPAMWEIR_RUN_CHANGES_H

#include "run/applying.h"

/* Notes what the plan is going to be made of. Before the config is read, and after: one
 * that changes meanwhile is nobody's. */
void sw_changes_note_config(struct applying *a, const char *path);

/* Plans what has changed since the running generation: a->plan.rules, a->change, and
 * a->spare, if there is one. -ESTALE: all is to be planned. -ENOMEM. */
int sw_changes_plan(struct applying *a);

/* Whether feeds have the slots that the running generation knows them by. */
bool sw_changes_fit(const struct applying *a);

/* The tables that the change is written into, with what they have of the running
 * generation or of the one before; *used: what they take. */
int sw_changes_begin(struct applying *a, struct sw_generation *out, struct sw_layout *used);

/* Forgets the change: all is to be planned. */
void sw_changes_drop(struct applying *a);

/* What the next change is found by, to be written down. -ENOMEM. */
int sw_changes_describe(struct applying *a);

/* Whether it changes what is allowed, or blocked, and with that perhaps what is announced. */
bool sw_changes_announced(const struct applying *a);

#endif
