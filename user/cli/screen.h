/* SPDX-License-Identifier: GPL-2.0 */
/* What a terminal can do that a pipe cannot: colour, and being written anew. */
#ifndef SPAMWEIR_CLI_SCREEN_H
#define SPAMWEIR_CLI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum sw_ink {
	SW_INK_PLAIN, /* ends the others */
	SW_INK_BOLD,
	SW_INK_DIM,
	SW_INK_GOOD,
	SW_INK_WARNING,
	SW_INK_BAD,
};

/* What begins that ink on stdout; "" where it is no terminal, NO_COLOR is set
 * (no-color.org) or TERM is dumb. */
const char *sw_ink(enum sw_ink ink);

/* stdout goes there, until it is shown. */
struct sw_screen {
	FILE *terminal;
	char *text;
	size_t size;
};

/* -errno. */
int sw_screen_begin(struct sw_screen *screen);

/* Writes what was printed since, on a terminal in place of what it shows: as many lines as
 * there is room for, each cut at the edge. stdout is what it was, even if this fails. */
int sw_screen_show(struct sw_screen *screen);

#endif
