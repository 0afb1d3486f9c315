/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's part of feeds that are routing tables: when it reads them. */
#ifndef SPAMWEIR_RUN_ROUTING_H
#define SPAMWEIR_RUN_ROUTING_H

#include "run/daemon_parts.h"

/* Takes news in, when there are any. */
void sw_routing_read(struct daemon *d);

/* Sets the timer for what is due next. */
void sw_routing_wait(struct daemon *d);

/* Goes by the tables of the config that is in force. */
void sw_routing_heed(struct daemon *d);

/* A publish of a config begins: it reads its tables after this. */
void sw_routing_begin(struct daemon *d, const struct sw_config *config);

/* It has ended, or a look has, of which result->cpu_ms and again_ms tell: how much it took,
 * and when the tables are to be read once more, whatever is heard. */
void sw_routing_end(struct daemon *d, const struct sw_job_result *result);

#endif
