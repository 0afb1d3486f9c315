// SPDX-License-Identifier: GPL-2.0
#include "policy/plan.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "config/read.h"
#include "policy/compile.h"
#include "policy/rules.h"
#include "policy/rules_read.h"
#include "policy/rules_sort.h"

int sw_plan_of(struct sw_config *config, const struct sw_reading *reading, struct sw_plan *plan,
	       struct sw_error *error)
{
	int err;

	*plan = (struct sw_plan){ .config = config, .failed_feed = SIZE_MAX };
	err = sw_rules_read(plan->config, reading, &plan->rules, &plan->failed_feed, error);
	if (err)
		return err;
	err = sw_rules_sort(plan->rules);
	return err ? sw_fail(error, err, "no memory for the feeds' entries") : 0;
}

int sw_plan_measure(struct sw_plan *plan, struct sw_error *error)
{
	int err = sw_compile_measure_halves(plan->rules, &plan->need, &plan->halves);

	return err ? sw_fail(error, err, "cannot compile the feeds: %s", strerror(-err)) : 0;
}

void sw_plan_free(struct sw_plan *plan)
{
	sw_rules_free(plan->rules);
	sw_config_free(plan->config);
	*plan = (struct sw_plan){ .failed_feed = SIZE_MAX };
}
