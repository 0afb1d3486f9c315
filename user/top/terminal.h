/* SPDX-License-Identifier: GPL-2.0 */
/* A terminal, by ncurses. */
#ifndef SPAMWEIR_TOP_TERMINAL_H
#define SPAMWEIR_TOP_TERMINAL_H

#include "base/error.h"
#include "top/view.h"

enum sw_key {
	SW_KEY_NONE, /* nothing was typed in time */
	SW_KEY_RESIZE,
	SW_KEY_UP,
	SW_KEY_DOWN,
	SW_KEY_PAGE_UP,
	SW_KEY_PAGE_DOWN,
	SW_KEY_NEXT, /* page: the tabulator */
	SW_KEY_ENTER,
	SW_KEY_ESCAPE,
	SW_KEY_BACKSPACE,
	SW_KEY_OTHER, /* any from here on is a character, SW_KEY_OTHER above its code */
};

/* Takes the terminal over. -ENOTTY: there is none, or not one that can be drawn on. */
int sw_terminal_open(struct sw_error *error);
void sw_terminal_close(void);

/* The size of it now. */
void sw_terminal_size(int *width, int *height);

/* Shows the lines from `first` on, that with the number `chosen` (-1: none) marked, and
 * `status` in the last line. */
void sw_terminal_show(const struct sw_top_line *line, int lines, int first, int chosen,
		      const char *status);

/* Waits for a key, or something else to be done, up to `timeout_ms`. */
int sw_terminal_key(int timeout_ms);

#endif
