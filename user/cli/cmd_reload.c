// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/apply.h"

int cmd_reload(const struct sw_options *options)
{
	struct sw_apply_result result;
	struct sw_error error = {};
	int err = sw_reload(&options->instance, &result, &error);

	sw_config_free(result.config);
	if (err)
		return sw_print_error(&error, err);
	return result.partial ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
