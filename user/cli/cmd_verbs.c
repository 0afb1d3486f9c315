// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cli/verbs.h"

static void print_options(const struct sw_verb *verb, const struct sw_option *option)
{
	for (; option->name; option++)
		printf("%s%s%s\t--%s\t%s\t%s\n", verb->name, verb->sub ? " " : "", verb->sub ?: "",
		       option->name, option->argument ?: "", option->help);
}

/* Prints a line for each verb, in which the option is empty, then a line for each of
 * its options. What every verb takes comes last, with an empty verb. */
int cmd_verbs(const struct sw_options *options)
{
	static const struct sw_verb every = { .name = "" };
	size_t i;

	(void)options;
	for (i = 0; i < sw_verb_count; i++) {
		const struct sw_verb *verb = &sw_verbs[i];

		if (verb->hidden)
			continue;
		printf("%s%s%s\t\t%s\t%s\n", verb->name, verb->sub ? " " : "", verb->sub ?: "",
		       verb->argument ?: "", verb->help);
		print_options(verb, verb->option);
	}
	print_options(&every, sw_common_options);
	return SW_EXIT_DONE;
}
