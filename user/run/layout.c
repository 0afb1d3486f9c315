// SPDX-License-Identifier: GPL-2.0
#include "run/layout.h"

#include "kernel/generation.h"

static bool fits(const struct sw_layout *need, const struct sw_layout *have)
{
	return need->nets <= have->nets && need->leaves <= have->leaves &&
	       need->dirs <= have->dirs && need->bounds <= have->bounds;
}

/* A quarter more than needed, so that lists may grow for a while before the
 * programs have to be loaded anew; `load` does that unnoticed anyway. */
struct sw_layout sw_layout_room(const struct sw_layout *need)
{
	return (struct sw_layout){
		.nets = need->nets + need->nets / 4 + 1024,
		.leaves = need->leaves + need->leaves / 4 + 256,
		.dirs = need->dirs + need->dirs / 4 + 64,
		.bounds = need->bounds + need->bounds / 4 + 1024,
	};
}

static void choose_larger(struct applying *a)
{
	a->layout = sw_layout_room(&a->plan.need);
	a->grown = true;
}

/* The pinned map alone knows its layout: it says so in the generation. */
static bool take_running(struct applying *a)
{
	struct sw_generation running = SW_NO_GENERATION;

	if (sw_generation_glance(a->state->map[SW_MAP_policy], &running, NULL))
		return false;
	a->layout = running.policy->settings.layout;
	sw_generation_close(&running);
	return true;
}

static int measure(struct applying *a)
{
	int err = a->measured ? 0 : sw_plan_measure(&a->plan, a->error);

	a->measured = true;
	return err;
}

int sw_layout_choose(struct applying *a, bool load)
{
	bool running = take_running(a);
	int err;

	if (running && !load)
		return 0;
	err = measure(a);
	if (!err && !(running && fits(&a->plan.need, &a->layout)))
		choose_larger(a);
	return err;
}

int sw_layout_outgrown(struct applying *a)
{
	int err = measure(a);

	if (!err && !fits(&a->plan.need, &a->layout)) {
		a->crowded = false;
		choose_larger(a);
	}
	return err;
}
