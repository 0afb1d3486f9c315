// SPDX-License-Identifier: GPL-2.0
#include "run/nics_mend.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/generation.h"
#include "kernel/open.h"
#include "run/instances.h"
#include "run/nics.h"
#include "run/nics_find.h"

/* What another process has begun is its to finish, and what belongs to another
 * network namespace is not to be found here. */
static int may_mend(const struct applying *a)
{
	struct stat netns;

	if (a->state->abi.loading)
		return sw_fail(a->error, -EAGAIN, "a load has begun and not ended");
	if (stat("/proc/self/ns/net", &netns) || netns.st_ino != a->state->abi.netns)
		return sw_fail(a->error, -EXDEV,
			       "what is loaded under %s belongs to another network "
			       "namespace",
			       a->state->directory);
	return 0;
}

int sw_nics_mend_begin(struct applying *a, const struct sw_instance *instance,
		       struct sw_config *config, enum sw_access access, struct sw_error *error)
{
	int err;

	*a = (struct applying){
		.instance = instance, .error = error, .reloading = true, .mending = true
	};
	a->plan.config = config;
	err = sw_state_open(instance->pin_dir, access, &a->state, error);
	if (err)
		return err;
	err = may_mend(a);
	if (!err)
		err = sw_nics_find(a);
	if (err)
		sw_nics_mend_end(a);
	return err;
}

void sw_nics_mend_end(struct applying *a)
{
	sw_instances_close(a);
	sw_nics_lose(a);
	sw_state_close(a->state);
}

static int use_layout_in_force(struct applying *a)
{
	struct sw_generation running = SW_NO_GENERATION;
	int err = sw_generation_running(a->state->map[SW_MAP_policy], &running, a->error);

	if (err)
		return err;
	a->layout = running.policy->settings.layout;
	sw_generation_close(&running);
	return 0;
}

int sw_nics_mend(struct applying *a)
{
	int err = use_layout_in_force(a);

	if (!err)
		err = sw_nics_check(a);
	if (!err)
		err = sw_instances_load(a);
	return err ? err : sw_nics_attach(a);
}
