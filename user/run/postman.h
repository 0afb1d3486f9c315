/* SPDX-License-Identifier: GPL-2.0 */
/* Notices as the daemon has them: a job that looks what there is to tell, and one for each
 * receiver who has something due, so that nobody waits for another. */
#ifndef SPAMWEIR_RUN_POSTMAN_H
#define SPAMWEIR_RUN_POSTMAN_H

#include <poll.h>

#include "run/daemon_parts.h"

#define SW_POSTMAN_WAITS (1 + SW_NOTICE_RECEIVERS)

void sw_postman_begin(struct daemon *d);

/* Looks, unless that is under way, and sets the timer for the next time; `ctx` is the
 * daemon. */
void sw_postman_look(void *ctx);

/* Says what to wait for, SW_POSTMAN_WAITS of them; and takes what has come of it. */
void sw_postman_wait(const struct daemon *d, struct pollfd *wait);
void sw_postman_end(struct daemon *d, const struct pollfd *wait);

/* What is under way is told again when there is a daemon again. */
void sw_postman_stop(struct daemon *d);

#endif
