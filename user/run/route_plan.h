/* SPDX-License-Identifier: GPL-2.0 */
/* A plan of the configuration for who only looks. */
#ifndef SPAMWEIR_RUN_ROUTE_PLAN_H
#define SPAMWEIR_RUN_ROUTE_PLAN_H

#include "policy/plan.h"
#include "run/instance.h"

/* As sw_plan_make, with routing tables as they are now, and nothing written to the state
 * directory. */
int sw_route_plan_make(const struct sw_instance *instance, const struct sw_reading *reading,
		       struct sw_plan *plan, struct sw_error *error);

#endif
