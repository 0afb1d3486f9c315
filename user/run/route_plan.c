// SPDX-License-Identifier: GPL-2.0
#include "run/route_plan.h"

#include <errno.h>
#include <stdint.h>

#include "config/read.h"
#include "run/route_feeds.h"

int sw_route_plan_make(const struct sw_instance *instance, const struct sw_reading *reading,
		       struct sw_plan *plan, struct sw_error *error)
{
	struct sw_route_aside aside = {};
	struct sw_config *config;
	int err = sw_config_read(instance->config, &config, error);

	*plan = (struct sw_plan){ .failed_feed = SIZE_MAX };
	if (err)
		return err;
	err = sw_route_feeds_aside(instance, config, &aside, error);
	if (err)
		plan->config = config;
	else
		err = sw_plan_of(config, reading, plan, error);
	sw_route_feeds_aside_end(config, &aside);
	return err ? err : sw_plan_measure(plan, error);
}
