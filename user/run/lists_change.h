/* SPDX-License-Identifier: GPL-2.0 */
/* The operator's own lists, changed by hand. */
#ifndef SPAMWEIR_RUN_LISTS_CHANGE_H
#define SPAMWEIR_RUN_LISTS_CHANGE_H

#include "run/instance.h"
#include "run/lists_order.h"

/* Changes a list and publishes it, all of it or nothing. -EPERM if `refuse` was
 * called, -errno if it could not be written or published: then all is as before. */
int sw_lists_change(const struct sw_instance *instance, struct sw_list_change *change,
		    struct sw_error *error);

#endif
