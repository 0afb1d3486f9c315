/* SPDX-License-Identifier: GPL-2.0 */
/* What the table of verbs says to people. */
#ifndef SPAMWEIR_CLI_HELP_H
#define SPAMWEIR_CLI_HELP_H

#include <stdio.h>

#include "cli/verbs.h"

/* All verbs, a line or two each, and what all of them take. */
void sw_help(FILE *out);

/* What a verb takes, with examples. */
void sw_help_verb(FILE *out, const struct sw_verb *verb);

/* The same for all sub-verbs of the verb of that name. */
void sw_help_verbs(FILE *out, const char *name);

#endif
