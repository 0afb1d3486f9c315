/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's long work: one kind at a time, done by a child (job.h), which leaves
 * what comes of it to the parent. */
#ifndef SPAMWEIR_RUN_WORK_H
#define SPAMWEIR_RUN_WORK_H

#include "run/daemon_parts.h"

/* True if it has begun; nothing else may be under way. Else that was said, and the
 * timer that asks for it comes again. */
bool sw_work_start(struct daemon *d, enum sw_work work);

/* Takes what came of it, once d->job.result is readable, and goes on with it. */
void sw_work_end(struct daemon *d);

/* Ends it by force. A job that is killed leaves what a killed command does: the
 * datapath as it was, and perhaps a load that the next start mends. */
void sw_work_kill(struct daemon *d);

#endif
