/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's fetches: a job of their own, beside its other work, for a server may
 * take minutes. One list at a time: a slow one costs only itself. */
#ifndef SPAMWEIR_RUN_FETCHING_H
#define SPAMWEIR_RUN_FETCHING_H

#include "run/daemon_parts.h"

/* Fetches what is due, if nothing is fetched by now, and sets the timer for what will
 * be; `ctx` is the daemon. Says if a list has become too old. */
void sw_fetching_look(void *ctx);

/* Takes what came of it, once d->fetching.result is readable: a list that has changed
 * is published with the next reload. */
void sw_fetching_end(struct daemon *d);

/* Before the first load: lists that protect people and were never fetched, without
 * which there could be none. */
void sw_fetching_begin(const struct sw_instance *instance, const struct sw_config *config);

#endif
