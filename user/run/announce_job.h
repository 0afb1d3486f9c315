/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's part of what is announced: see announce_watch.h. */
#ifndef SPAMWEIR_RUN_ANNOUNCE_JOB_H
#define SPAMWEIR_RUN_ANNOUNCE_JOB_H

#include "run/daemon_parts.h"

/* Whether there is anything to announce; then the work is to begin. */
bool sw_announce_begin(struct daemon *d);

/* There were events: looks without waiting for its turn. */
void sw_announce_hear(struct daemon *d);

/* In the child. */
void sw_announce_work(struct daemon *d, struct sw_job_result *result);

/* It has ended. */
void sw_announce_end(struct daemon *d, const struct sw_job_result *result);

/* Goes by the config that is in force. */
void sw_announce_heed(struct daemon *d);

/* Cases may have changed. */
void sw_announce_heed_cases(struct daemon *d);

#endif
