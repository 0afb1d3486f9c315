// SPDX-License-Identifier: GPL-2.0
#include "cli/screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool has_colour(void)
{
	const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && terminal && *terminal &&
	       strcmp(terminal, "dumb");
}

const char *sw_ink(enum sw_ink ink)
{
	static const char *const begins[] = {
		[SW_INK_PLAIN] = "\033[0m",    [SW_INK_BOLD] = "\033[1m",
		[SW_INK_DIM] = "\033[2m",      [SW_INK_GOOD] = "\033[32m",
		[SW_INK_WARNING] = "\033[33m", [SW_INK_BAD] = "\033[1;31m",
	};

	return has_colour() ? begins[ink] : "";
}

int sw_screen_begin(struct sw_screen *screen)
{
	FILE *memory;

	*screen = (struct sw_screen){ .terminal = stdout };
	memory = open_memstream(&screen->text, &screen->size);
	if (!memory)
		return -errno;
	stdout = memory;
	return 0;
}

/* Lines that fit; 0: any number. */
static int rows(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) ? 0 : size.ws_row;
}

/* Home; each line with what was behind it erased; then all below. Meanwhile the terminal
 * cuts lines at its edge and does not wrap them. */
static void redraw(const char *text, int most)
{
	const char *line = text, *end;
	int number = 0, left = 0;

	for (end = text; (end = strchr(end, '\n')); end++)
		left++;
	fputs("\033[?7l\033[H", stdout);
	for (; *line && (end = strchr(line, '\n')); line = end + 1, left--) {
		if (most && ++number == most - 1 && left > 1) {
			printf("... and %d more lines\033[0m\033[K\n", left);
			break;
		}
		printf("%.*s\033[K\n", (int)(end - line), line);
	}
	fputs("\033[J\033[?7h", stdout);
}

int sw_screen_show(struct sw_screen *screen)
{
	int err = ferror(stdout) ? -ENOMEM : 0;

	if (fclose(stdout) && !err)
		err = -errno;
	stdout = screen->terminal;
	if (!err && isatty(STDOUT_FILENO))
		redraw(screen->text, rows());
	else if (!err)
		fwrite(screen->text, 1, screen->size, stdout);
	free(screen->text);
	errno = EIO;
	if (!err && (fflush(stdout) || ferror(stdout)))
		err = -errno;
	return err;
}
