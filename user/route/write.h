/* SPDX-License-Identifier: GPL-2.0 */
/* Routes of our own, put into the kernel's tables and taken out of them. */
#ifndef SPAMWEIR_ROUTE_WRITE_H
#define SPAMWEIR_ROUTE_WRITE_H

#include "route/table.h"

struct sw_routes_written {
	size_t added;
	size_t removed;
	size_t taken; /* not added: somebody else's route is in their place */
};

/* Makes the routes of `protocol` in `table` those that are wanted, which are sorted, each
 * prefix once, and say type and metric (0: the kernel's default). Touches no others. What
 * is there already stays as it is, so that it may be done again after any crash.
 * -errno with `error` set; what was done by then is done. */
int sw_routes_make(__u32 table, __u8 protocol, struct sw_routes *wanted,
		   struct sw_routes_written *written, struct sw_error *error);

/* Adds or removes these routes of `protocol`, whatever else the table has. One to be removed
 * that is not there is no error, and not counted. -errno with `error` set. */
int sw_routes_put(__u32 table, __u8 protocol, bool adding, struct sw_routes *routes,
		  struct sw_routes_written *written, struct sw_error *error);

#endif
