/* SPDX-License-Identifier: GPL-2.0 */
/* What a slip of the hand must not list: own space, what this router needs, half the Internet. */
#ifndef SPAMWEIR_RUN_LISTS_GUARD_H
#define SPAMWEIR_RUN_LISTS_GUARD_H

#include "run/instance.h"
#include "run/lists_order.h"

/* Calls `refuse` of the change for each that must not be, and then returns -EPERM. `force`
 * lets all be but what this router needs. -errno if own space is not known. */
int sw_lists_guard(const struct sw_instance *instance, struct sw_list_change *change,
		   struct sw_error *error);

#endif
