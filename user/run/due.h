/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon does when a time has come: an entry of its table of timers each. */
#ifndef SPAMWEIR_RUN_DUE_H
#define SPAMWEIR_RUN_DUE_H

#include "run/daemon_parts.h"

/* Makes the timers. Those that have a period of their own begin; others are set by what is
 * heeded (heed.h) and by what ends. */
void sw_due_begin(struct daemon *d);

/* Tells that the loop goes round: the datapath, which has events for a daemon that lives, and
 * the service manager. */
void sw_due_beat(void *ctx);

/* Finds out whether NICs are as the configuration says, and has them mended. */
void sw_due_look_at_nics(void *ctx);

/* The same soon, after the kernel has told that some have changed. */
void sw_due_hear_of_nics(struct daemon *d);

#endif
