/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is said against subscribers, taken to their cases. Who knows of something is a
 * function in the table of signals.c: it calls `visit` for all that has happened since.
 */
#ifndef SPAMWEIR_RUN_SIGNALS_H
#define SPAMWEIR_RUN_SIGNALS_H

#include "config/schema.h"
#include "run/instance.h"
#include "store/store.h"

/* Gathers all, takes them to cases, and closes those of whom nothing is heard any more.
 * -errno. */
int sw_signals_take(const struct sw_instance *instance, const struct sw_config *config,
		    struct sw_store *store, struct sw_error *error);

#endif
