/* SPDX-License-Identifier: GPL-2.0 */
/* Which NIC of this machine each entry of `interfaces` is, and how it is doing. */
#ifndef SPAMWEIR_RUN_NICS_FIND_H
#define SPAMWEIR_RUN_NICS_FIND_H

#include "run/applying.h"

/* Fills a->nic for a->plan.config: by name or alternative name; a NIC of ours that
 * was renamed, and one that is in another network namespace by now, is found too.
 * What one NIC alone suffers from is its `trouble`; an error is what ails the config
 * or the state: -EINVAL if two entries are one NIC. Changes nothing. */
int sw_nics_find(struct applying *a);
void sw_nics_lose(struct applying *a); /* what that holds */

/* What `check` asks, without any state: whether each is present on this machine, by
 * place in the config; a warning names those that are not, for the config may be
 * another machine's. -EINVAL: two entries are one NIC; -EMEDIUMTYPE: nothing could be
 * judged on one, or what is judged on one is on another already. */
int sw_nics_inspect(struct sw_config *config, bool *present, struct sw_error *error);

#endif
