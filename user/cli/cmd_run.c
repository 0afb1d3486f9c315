// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/apply.h"
#include "run/daemon.h"

int cmd_run(const struct sw_options *options)
{
	struct sw_error error = {};
	bool partial; /* what is missing is the daemon's to mend */
	int err;

	sw_daemon_block_signals(); /* a SIGHUP during the load waits until it is done */
	err = sw_load(&options->instance, &partial, &error);
	if (!err)
		err = sw_daemon(&options->instance, &error);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
