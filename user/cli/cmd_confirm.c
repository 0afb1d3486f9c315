// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/confirm.h"

int cmd_confirm(const struct sw_options *options)
{
	struct sw_error error = {};
	struct sw_trial trial;
	int err;

	sw_confirm_enforce(&options->instance); /* if it is too late, it is done */
	err = sw_trial_confirm(&options->instance, &trial, &error);
	if (err)
		return sw_print_error(&error, err);
	sw_note("confirmed: what is in force stays");
	return SW_EXIT_DONE;
}
