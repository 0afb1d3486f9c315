/* SPDX-License-Identifier: GPL-2.0 */
/* A plan of the configuration for who only looks. */
#ifndef SPAMWEIR_RUN_ROUTE_PLAN_H
#define SPAMWEIR_RUN_ROUTE_PLAN_H

#include "policy/plan.h"
#include "run/instance.h"

/* Reads the configuration and its feeds, with routing tables as they are now, and measures
 * what they need; writes nothing to the state directory. On failure config may be set, to
 * look failed_feed up, and rules, which tell which feeds are unfit; sw_plan_free is due
 * either way. */
int sw_route_plan_make(const struct sw_instance *instance, const struct sw_reading *reading,
		       struct sw_plan *plan, struct sw_error *error);

#endif
