/* SPDX-License-Identifier: GPL-2.0 */
/* The command line, read by the table of verbs. */
#ifndef SPAMWEIR_CLI_COMMAND_H
#define SPAMWEIR_CLI_COMMAND_H

#include "base/error.h"
#include "cli/verbs.h"

struct sw_command {
	struct sw_options options;
	const struct sw_verb *verb; /* NULL: none was said */
	bool group; /* help on a verb without its sub-verb: .verb is the first of them */
};

/* Reads argv, in which options may stand anywhere. *command points into argv, which is
 * reordered. -EINVAL, with `error` set: the verb or an option does not exist (`error`
 * names the one that was probably meant), the verb does not take an option, or there
 * are too many or too few arguments. With --help or --version, options and verb must
 * exist, and no more is checked. */
int sw_command_read(int argc, char **argv, struct sw_command *command, struct sw_error *error);

#endif
