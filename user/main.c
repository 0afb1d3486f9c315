// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"
#include "kernel/datapath.h"
#include "kernel/values.h"
#include "worker/remote.h"

/* A verb whose output could not be written has failed, whatever it found. One that failed
 * before has said why. */
static int said_all(int code)
{
	if ((code != SW_EXIT_DONE && code != SW_EXIT_PARTIAL) ||
	    (!fflush(stdout) && !ferror(stdout)))
		return code;
	fprintf(stderr, "spamweir: cannot write: %s\n", strerror(errno));
	return SW_EXIT_FAILED;
}

static int help(const struct sw_command *command)
{
	if (!command->verb)
		sw_help(stdout);
	else if (command->group)
		sw_help_verbs(stdout, command->verb->name);
	else
		sw_help_verb(stdout, command->verb);
	return SW_EXIT_DONE;
}

static int do_command(const struct sw_command *command)
{
	if (command->options.help)
		return help(command);
	if (command->options.version) {
		printf("spamweir %s\n", sw_version);
		return SW_EXIT_DONE;
	}
	if (!command->verb) {
		sw_help(stderr);
		return SW_EXIT_USAGE;
	}
	if (command->verb->changes)
		signal(SIGPIPE, SIG_IGN);
	sw_remote_use(getenv("SPAMWEIR_WORKER"));
	return command->verb->run(&command->options);
}

int main(int argc, char **argv)
{
	struct sw_error error = {};
	struct sw_command command;
	int err;

	sw_datapath_hush_libbpf(); /* errors are reported by whoever called libbpf */
	sw_values_register();	   /* and this one by whoever opens the BPF object */
	err = sw_command_read(argc, argv, &command, &error);
	if (err) {
		sw_print_error(&error, err);
		return SW_EXIT_USAGE;
	}
	return said_all(do_command(&command));
}
