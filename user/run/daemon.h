/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `run` does: load, then a loop around one poll(2). It holds nothing that
 * enforcement needs; killed at any moment it leaves the datapath as it is.
 */
#ifndef SPAMWEIR_RUN_DAEMON_H
#define SPAMWEIR_RUN_DAEMON_H

#include "base/error.h"
#include "run/instance.h"

/* Loads, then runs until SIGTERM or SIGINT; SIGHUP reloads. 0, or -errno if it
 * could not load or the loop could not be set up. */
int sw_daemon(const struct sw_instance *instance, struct sw_error *error);

#endif
