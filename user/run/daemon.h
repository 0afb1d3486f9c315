/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `run` does after loading: a loop around one poll(2). It holds nothing
 * that enforcement needs; killed at any moment it leaves the datapath as it is.
 */
#ifndef SPAMWEIR_RUN_DAEMON_H
#define SPAMWEIR_RUN_DAEMON_H

#include "base/error.h"
#include "run/instance.h"

/* Blocks the signals that sw_daemon reads. */
void sw_daemon_block_signals(void);

/* Runs until SIGTERM or SIGINT; SIGHUP reloads. The caller has loaded. 0, or
 * -errno if the loop itself could not be set up. */
int sw_daemon(const struct sw_instance *instance, struct sw_error *error);

#endif
