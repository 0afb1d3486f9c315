/* SPDX-License-Identifier: GPL-2.0 */
/* What a load would make of the configuration and the feeds, touching nothing. */
#ifndef SPAMWEIR_CLI_PLANNING_H
#define SPAMWEIR_CLI_PLANNING_H

#include "kernel/footprint.h"
#include "policy/plan.h"
#include "run/instance.h"

/* As sw_route_plan_make(); good copies take nobody's place. */
int sw_plan_strictly(const struct sw_instance *instance, struct sw_plan *plan,
		     struct sw_error *error);

/* Its tables, as a first load makes them; and what these would take. */
struct sw_layout sw_plan_room(const struct sw_plan *plan);
int sw_plan_footprint(const struct sw_plan *plan, struct sw_footprint *out, struct sw_error *error);

#endif
