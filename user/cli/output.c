// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"

/* What to type, for who may not do it. */
static const char *rights(int err)
{
	if ((err != -EACCES && err != -EPERM) || !geteuid())
		return "";
	return " (you are not root: put `sudo` before it)";
}

int sw_print_error(const struct sw_error *error, int err)
{
	if (error->text[0])
		sw_note("%s%s", error->text, rights(err));
	else
		sw_note("%s%s%s", ferror(stdout) ? "cannot write: " : "", strerror(-err),
			rights(err));
	return SW_EXIT_FAILED;
}

int sw_print_json(json_t *object)
{
	int err;

	if (!object)
		return -ENOMEM;
	errno = EIO;
	err = json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER) ? -errno : 0;
	json_decref(object);
	putchar('\n');
	return err;
}

void sw_say_empty(const char *format, ...)
{
	struct sw_error line;
	va_list arguments;

	if (!isatty(STDOUT_FILENO))
		return;
	va_start(arguments, format);
	vsnprintf(line.text, sizeof(line.text), format, arguments);
	va_end(arguments);
	sw_note("%s", line.text);
}
