/* SPDX-License-Identifier: GPL-2.0 */
/* One NIC, alone or through libxdp's dispatcher, and going over from one to the other. */
#ifndef SPAMWEIR_RUN_NICS_SHARED_H
#define SPAMWEIR_RUN_NICS_SHARED_H

#include "run/applying.h"

/* Decides whether it will be shared. -EBUSY, and its `trouble` says with what. */
int sw_nics_check_one(struct applying *a, size_t i);

/* Attach through libxdp's dispatcher, or alone through a link; it may have been the other
 * before. What goes wrong is its `trouble`. */
int sw_nics_attach_shared(struct applying *a, size_t i, bool *generic);
int sw_nics_attach_alone(struct applying *a, size_t i, bool *generic);

/* Takes ours out of the dispatchers of NICs that are not in the config. */
int sw_nics_leave_others(struct applying *a);

#endif
