// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/apply.h"
#include "run/outcome.h"

int cmd_load(const struct sw_options *options)
{
	struct sw_apply_result result;
	struct sw_error error = {};
	int err = sw_load(&options->instance, &result, &error);

	sw_config_free(result.config);
	if (err) {
		sw_outcome_failed(&options->instance);
		return sw_print_error(&error, err);
	}
	return result.partial ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
