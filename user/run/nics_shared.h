/* SPDX-License-Identifier: GPL-2.0 */
/* One NIC, alone or through libxdp's dispatcher, and going over from one to the other. */
#ifndef SPAMWEIR_RUN_NICS_SHARED_H
#define SPAMWEIR_RUN_NICS_SHARED_H

#include "run/applying.h"

/* -EBUSY; decides whether it will be shared. */
int sw_nics_check_one(struct applying *a, size_t i, unsigned ifindex);

/* Through libxdp's dispatcher, or alone through the link pinned at `link`;
 * it may have been the other before. */
int sw_nics_attach_shared(struct applying *a, size_t i, unsigned ifindex, const char *link,
			  bool *generic);
int sw_nics_attach_alone(struct applying *a, size_t i, unsigned ifindex, const char *link,
			 bool *generic);

/* Takes ours out of the dispatchers of NICs that are not in the config. */
int sw_nics_leave_others(struct applying *a);

#endif
