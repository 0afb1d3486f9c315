// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "cli/output.h"
#include "cli/verbs.h"
#include "kernel/remove.h"
#include "run/outcome.h"

/* No map is looked into, so that the state of another version can be removed too. */
int cmd_unload(const struct sw_options *options)
{
	struct sw_error error = {};
	int err = sw_state_remove(options->instance.pin_dir, &error);

	if (err)
		return sw_print_error(&error, err);
	sw_outcome_unloaded(&options->instance);
	return SW_EXIT_DONE;
}
