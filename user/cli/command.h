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

/* Reads argv; options may stand anywhere. What it points to afterwards is in
 * argv, which it sorts. -EINVAL with a line that says what was wrong: an option or
 * a verb that is none, with the one that was probably meant, an option that the
 * verb does not take, too many or too few arguments. With --help or --version
 * only options and verb must exist. */
int sw_command_read(int argc, char **argv, struct sw_command *command, struct sw_error *error);

#endif
