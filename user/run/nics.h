/* SPDX-License-Identifier: GPL-2.0 */
/* The NICs of a config, all of them: checked before anything changes, then attached. */
#ifndef SPAMWEIR_RUN_NICS_H
#define SPAMWEIR_RUN_NICS_H

#include "run/applying.h"

/* Before anything is changed: -ENODEV, -EINVAL, -EBUSY. Pins of NICs that have
 * other names now are renamed. */
int sw_nics_check(struct applying *a);

/* A warning if the config names NICs that are not attached. */
void sw_nics_compare(const struct applying *a);

/* Puts the programs of a->datapath on the NICs, and takes ours off those that are
 * not in the config. */
int sw_nics_attach(struct applying *a);

#endif
