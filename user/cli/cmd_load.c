// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/apply.h"

int cmd_load(const struct sw_options *options)
{
	struct sw_error error = {};
	bool partial;
	int err = sw_load(&options->instance, &partial, &error);

	if (err)
		return sw_print_error(&error, err);
	return partial ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
