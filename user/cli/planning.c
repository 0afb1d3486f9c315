// SPDX-License-Identifier: GPL-2.0
#include "cli/planning.h"

#include <stdlib.h>

#include "kernel/hosts.h"
#include "run/layout.h"
#include "run/route_plan.h"
#include "worker/parse.h"

int sw_plan_strictly(const struct sw_instance *instance, struct sw_plan *plan,
		     struct sw_error *error)
{
	struct sw_hosts hosts = { 0 };
	const struct sw_reading reading = {
		.read = sw_worker_read,
		.state_dir = instance->state_dir,
		.hosts = &hosts,
	};
	int err;

	if (sw_hosts_read(SW_RESOLV_CONF, &hosts, error))
		sw_warn("%s", error->text);
	err = sw_route_plan_make(instance, &reading, plan, error);
	free(hosts.host);
	return err;
}

struct sw_layout sw_plan_room(const struct sw_plan *plan)
{
	return sw_layout_room(&plan->need);
}

int sw_plan_footprint(const struct sw_plan *plan, struct sw_footprint *out, struct sw_error *error)
{
	struct sw_layout room = sw_plan_room(plan);

	return sw_footprint_measure(&room, out, error);
}
