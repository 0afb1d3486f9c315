/* SPDX-License-Identifier: GPL-2.0 */
/* What may come next on a command line that is not finished: for all shells alike. */
#ifndef SPAMWEIR_CLI_COMPLETE_H
#define SPAMWEIR_CLI_COMPLETE_H

#include <stdbool.h>

#include "cli/verbs.h"

enum sw_next {
	SW_NEXT_NOTHING,
	SW_NEXT_VERB,
	SW_NEXT_SUB,	/* of `verb`'s name */
	SW_NEXT_OPTION, /* of `verb`, or NULL: of all */
	SW_NEXT_VALUE,	/* of `values` */
};

#define SW_COMPLETE_WORDS 64

struct sw_complete {
	enum sw_next next;
	const char *begun; /* what was typed of it */
	const struct sw_verb *verb;
	unsigned values;		      /* enum sw_values */
	const char *argument;		      /* its name in help */
	const char *config;		      /* the file that was named, or NULL */
	const char *state_dir;		      /* the same of a directory */
	bool help;			      /* of what follows is asked for */
	int taken;			      /* arguments of the verb that stand before */
	const char *given[SW_COMPLETE_WORDS]; /* options, without dashes */
	int givens;
};

/* `word`: what stands behind "spamweir", of which the last is being typed and may be "".
 * They stay the caller's, and *out points into them. More than SW_COMPLETE_WORDS
 * are more than a command has: nothing comes next. */
void sw_complete(const char *const *word, int words, struct sw_complete *out);

/* Whether an option was given already. */
bool sw_complete_has(const struct sw_complete *complete, const struct sw_option *option);

#endif
