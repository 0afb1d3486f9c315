// SPDX-License-Identifier: GPL-2.0
#include "top/terminal.h"

#include <curses.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define ESCAPE 27
#define DELETE 127

enum pair {
	PAIR_CUT = 1,
	PAIR_WRONG,
	PAIR_TITLE,
};

static SCREEN *screen;
static bool coloured;

int sw_terminal_open(struct sw_error *error)
{
	const char *no_color = getenv("NO_COLOR");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return sw_fail(error, -ENOTTY,
			       "`top` needs a terminal: `spamweir top --once` prints it, --json for "
			       "programs");
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return sw_fail(error, -ENOTTY,
			       "this terminal (TERM=%s) cannot be drawn on: `spamweir top --once`",
			       getenv("TERM") ?: "");
	sw_hush(true);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	coloured = has_colors() && (!no_color || !*no_color);
	if (coloured) {
		start_color();
		use_default_colors();
		init_pair(PAIR_CUT, COLOR_YELLOW, -1);
		init_pair(PAIR_WRONG, COLOR_RED, -1);
		init_pair(PAIR_TITLE, COLOR_CYAN, -1);
	}
	return 0;
}

void sw_terminal_close(void)
{
	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	sw_hush(false);
}

void sw_terminal_size(int *width, int *height)
{
	getmaxyx(stdscr, *height, *width);
}

/* What colours say is said without them too, by boldness and lines. */
static attr_t attribute_of(enum sw_top_style style)
{
	switch (style) {
	case SW_STYLE_PLAIN:
		break;
	case SW_STYLE_HEAD:
		return A_BOLD;
	case SW_STYLE_TITLE:
		return A_UNDERLINE | (coloured ? COLOR_PAIR(PAIR_TITLE) : 0);
	case SW_STYLE_CUT:
		return coloured ? COLOR_PAIR(PAIR_CUT) : A_BOLD;
	case SW_STYLE_WRONG:
		return A_BOLD | (coloured ? COLOR_PAIR(PAIR_WRONG) : 0);
	}
	return A_NORMAL;
}

void sw_terminal_show(const struct sw_top_line *line, int lines, int first, int chosen,
		      const char *status)
{
	int width, height, i;

	sw_terminal_size(&width, &height);
	erase();
	for (i = 0; i < height - 1 && first + i < lines; i++) {
		attr_t how = attribute_of(line[first + i].style);

		attrset(first + i == chosen ? how | A_REVERSE : how);
		mvaddnstr(i, 0, line[first + i].text, -1);
	}
	attrset(A_REVERSE);
	mvaddnstr(height - 1, 0, status, width);
	attrset(A_NORMAL);
	refresh();
}

int sw_terminal_key(int timeout_ms)
{
	int key;

	timeout(timeout_ms);
	key = getch();
	switch (key) {
	case ERR:
		return SW_KEY_NONE;
	case KEY_RESIZE:
		return SW_KEY_RESIZE;
	case KEY_UP:
		return SW_KEY_UP;
	case KEY_DOWN:
		return SW_KEY_DOWN;
	case KEY_PPAGE:
		return SW_KEY_PAGE_UP;
	case KEY_NPAGE:
		return SW_KEY_PAGE_DOWN;
	case '\t':
		return SW_KEY_NEXT;
	case '\r':
	case KEY_ENTER:
		return SW_KEY_ENTER;
	case ESCAPE:
		return SW_KEY_ESCAPE;
	case KEY_BACKSPACE:
	case DELETE:
	case '\b':
		return SW_KEY_BACKSPACE;
	}
	return key >= ' ' && key < DELETE ? SW_KEY_OTHER + key : SW_KEY_NONE;
}
