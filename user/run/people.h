/* SPDX-License-Identifier: GPL-2.0 */
/* Who is who, from time to time: a job of its own beside the daemon's other work, for a
 * list of a million subscribers takes a while to read. */
#ifndef SPAMWEIR_RUN_PEOPLE_H
#define SPAMWEIR_RUN_PEOPLE_H

#include "run/daemon_parts.h"

/* Begins, unless it is under way, and sets the timer for the next time; `ctx` is the
 * daemon. */
void sw_people_look(void *ctx);

/* Takes what came of it, once d->people.result is readable. */
void sw_people_end(struct daemon *d);

#endif
