/* SPDX-License-Identifier: GPL-2.0 */
/* Entries of feeds that have ends of their own. */
#ifndef SPAMWEIR_RUN_ENDS_H
#define SPAMWEIR_RUN_ENDS_H

#include "config/schema.h"
#include "run/instance.h"

/* When the daemon has to publish again, as what is in force was compiled at `since_s`:
 * the Unix time at which the next entry ends, going by the good copies. 0: none does. */
__u64 sw_ends_next(const struct sw_instance *instance, const struct sw_config *config,
		   __u64 since_s);

#endif
