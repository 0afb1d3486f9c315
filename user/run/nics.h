/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The NICs of a config: checked before anything changes, then attached.
 *
 * Each fails alone. What keeps one from being attached is said, makes what is in
 * force partial, and leaves the others as they are; only if none is left it is an
 * error.
 */
#ifndef SPAMWEIR_RUN_NICS_H
#define SPAMWEIR_RUN_NICS_H

#include <stdbool.h>

#include "run/applying.h"

/* Before anything is changed: finds them, and decides which are due. -EINVAL, or
 * what ails the only ones. Pins and slots of NICs that have other names now follow. */
int sw_nics_check(struct applying *a);

/* Finds them, and nothing else; false, with a warning, if that cannot be done. */
bool sw_nics_look(struct applying *a);

/* Warns of NICs in the config, which were found, that are not attached. */
void sw_nics_compare(struct applying *a);

/* Puts the programs of a->datapath on the NICs that are due. Unless it only mends,
 * says what is missing, and takes ours off those that are not in the config. */
int sw_nics_attach(struct applying *a);

#endif
