/* SPDX-License-Identifier: GPL-2.0 */
/* Attaching again, to the NICs that need it and to no others. */
#ifndef SPAMWEIR_RUN_NICS_MEND_H
#define SPAMWEIR_RUN_NICS_MEND_H

#include "kernel/open.h"
#include "run/applying.h"

/* Opens the state with `access`, and finds the NICs of `config`, which stays the
 * caller's. On success sw_nics_mend_end has to follow. -ENOENT: nothing is loaded;
 * -EAGAIN: somebody else is at it. */
int sw_nics_mend_begin(struct applying *a, const struct sw_instance *instance,
		       struct sw_config *config, enum sw_access access, struct sw_error *error);
void sw_nics_mend_end(struct applying *a);

/* Attaches those that can be, by the generation in force; pins and slots follow the
 * names of those that were renamed. Then each NIC has its `trouble`, or was attached
 * or left alone (`keep`). Needs the lock. */
int sw_nics_mend(struct applying *a);

#endif
