/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to be seen in the metrics when there is nothing to take them from: a
 * load that failed, an `unload`. The textfile is the one that the config names,
 * or, where that cannot be read, the one that the daemon wrote last, of which it
 * has left a note in the state directory.
 */
#ifndef SPAMWEIR_RUN_OUTCOME_H
#define SPAMWEIR_RUN_OUTCOME_H

#include "config/schema.h"
#include "run/instance.h"

/* The daemon's textfile: of what is loaded, or that nothing is, which is an error
 * beside that (-ENOENT). -errno. */
int sw_outcome_write(const struct sw_instance *instance, const struct sw_config *config,
		     struct sw_error *error);

/* Leaves that note. */
void sw_outcome_remember(const struct sw_instance *instance, const char *textfile);

/* A load failed: what is loaded, if anything is, says so from now on, and the
 * textfile too. */
void sw_outcome_failed(const struct sw_instance *instance);

/* What was loaded is no more: the textfile, if there is one, says so. */
void sw_outcome_unloaded(const struct sw_instance *instance);

#endif
