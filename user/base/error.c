// SPDX-License-Identifier: GPL-2.0
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

int sw_fail(struct sw_error *error, int code, const char *format, ...)
{
	va_list args;

	if (!error)
		return code;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return code;
}

static bool hushed;

void sw_hush(bool hush)
{
	hushed = hush;
}

/* One write, so that lines of several processes do not mix. Paths, names and
 * arguments are in it, so what could do more to a terminal than show it is made
 * visible here, for all of them. */
__attribute__((format(printf, 2, 0))) static void put_line(const char *label, const char *format,
							   va_list args)
{
	char text[2048], line[2048];

	if (hushed)
		return;
	vsnprintf(text, sizeof(text), format, args);
	fprintf(stderr, "spamweir: %s%s\n", label, sw_printable(line, sizeof(line), text));
}

void sw_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("warning: ", format, args);
	va_end(args);
}

void sw_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("", format, args);
	va_end(args);
}
