// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/confirm.h"
#include "run/daemon.h"

int cmd_run(const struct sw_options *options)
{
	struct sw_error error = {};
	int err;

	sw_confirm_enforce(&options->instance);
	err = sw_daemon(&options->instance, &error);

	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
